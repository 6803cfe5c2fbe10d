"""Someone who may invoke the function sends it an event about a file of their choice."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from lambdas.datasets.names import execution_name
from tests.lambdas.datasets.conftest import KEY, Bucket
from tests.policies.documents import BUCKET, document
from tests.policies.evaluation import allows

MACHINE = "arn:aws:states:eu-central-1:111111111111:stateMachine:flow"


@pytest.fixture
def started(
    bucket: Bucket, load_handler: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[dict[str, Any]]]:
    """What the function starts for an event."""
    function = load_handler("start_dataset", EVIDENCE_BUCKET=bucket.name, STATE_MACHINE_ARN=MACHINE)

    def handle(event: dict[str, Any]) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def start(**given: Any) -> None:
            calls.append(given)

        monkeypatch.setattr(function.STEP_FUNCTIONS, "start_execution", start)
        function.handle(event, None)
        return calls

    return handle


@pytest.mark.parametrize(
    "key", ["published/a.csv", "samples/a.csv", "attachments/a.csv", "a.csv", "incoming/"]
)
def test_only_files_below_incoming_start_the_workflow(
    started: Callable[..., list[dict[str, Any]]], bucket: Bucket, key: str
) -> None:
    about = {"key": key, "version-id": "v1"}
    assert started({"bucket": {"name": bucket.name}, "object": about}) == []


def test_another_bucket_starts_nothing(started: Callable[..., list[dict[str, Any]]]) -> None:
    about = {"key": KEY, "version-id": "v1"}
    assert started({"bucket": {"name": "the-attackers"}, "object": about}) == []


def test_nothing_of_the_event_but_key_and_version_is_passed_on(
    started: Callable[..., list[dict[str, Any]]], bucket: Bucket
) -> None:
    event = {
        "bucket": {"name": bucket.name},
        "object": {"key": KEY, "version-id": "v1", "size": 0, "title": "Approved"},
        "title": "Approved",
        "sample": {"key": "published/a.csv"},
    }

    [call] = started(event)

    assert json.loads(call["input"]) == {"file": {"key": KEY, "version_id": "v1"}}
    assert call["name"] == execution_name(bucket.name, KEY, "v1")


def test_the_function_may_do_nothing_but_start_the_workflow() -> None:
    granted = [document("start_dataset")]
    for action, resource in (
        ("s3:GetObject", f"{BUCKET}/incoming/a.csv"),
        ("s3:PutObject", f"{BUCKET}/published/a.csv"),
        ("states:SendTaskSuccess", "*"),
    ):
        assert not allows(granted, action, resource)
