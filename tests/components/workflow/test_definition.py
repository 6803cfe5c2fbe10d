"""The workflow's definition, as plain data: nothing runs, nothing is deployed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from statelint.linter import Linter  # pyright: ignore[reportMissingTypeStubs]

from components.reviews.states import States
from components.workflow.definition import (
    DATASET_FIELDS,
    RETRY_UNTIL_VERSIONED,
    TIME_AROUND_A_REVIEW,
    definition,
)
from tests.components.gate_states import LAMBDA, SERVICE_ERRORS, TIMEOUT, gate_states


@pytest.fixture
def machine() -> dict[str, Any]:
    return definition(
        generate_function=f"{LAMBDA}generate",
        bucket="evidence",
        gate_states=gate_states(),
        threshold=0.06,
        review_timeout=TIMEOUT,
    )


@pytest.fixture
def states(machine: dict[str, Any]) -> States:
    return machine["States"]


def tasks(states: States) -> Iterator[dict[str, Any]]:
    return (state for state in states.values() if state["Type"] == "Task")


def test_the_linter_accepts_the_machine(machine: dict[str, Any]) -> None:
    assert Linter.validate(machine) == []


def test_the_definition_is_plain_json(machine: dict[str, Any]) -> None:
    assert json.loads(json.dumps(machine)) == machine


def test_a_review_is_asked_for_only_above_the_threshold(states: States) -> None:
    choice = states["IsReviewRequired"]
    (above,) = choice["Choices"]
    assert above["Variable"] == "$.dataset.flagged_share"
    assert above["NumericGreaterThan"] == 0.06
    assert above["Next"] == "RequestReview"
    assert choice["Default"] == "PublishDataset"


def test_the_machine_outlives_the_review(machine: dict[str, Any], states: States) -> None:
    assert states["RequestReview"]["TimeoutSeconds"] == TIMEOUT.total_seconds()
    assert machine["TimeoutSeconds"] > states["RequestReview"]["TimeoutSeconds"]


# A reading of each state: what is tried again there, or why nothing is.
S3_SERVICE = {"S3.S3Exception", "S3.SdkClientException"}
RETRIED: dict[str, list[set[str]] | str] = {
    "GenerateDataset": [SERVICE_ERRORS, {"VersioningNotReady"}],
    "IsReviewRequired": "it calls nothing",
    # Not what the function itself raises: people would be asked twice.
    "RequestReview": [SERVICE_ERRORS],
    # Whatever failed: what was closed is not closed again.
    "CloseReview": [SERVICE_ERRORS, {"States.TaskFailed"}],
    "WasApproved": "it calls nothing",
    "ReviewRejected": "it ends the execution",
    "ReviewExpired": "it ends the execution",
    # Copying the same version once more changes nothing.
    "PublishDataset": [S3_SERVICE, {"S3.NoSuchKeyException"}],
}


@pytest.mark.parametrize("name", RETRIED)
def test_each_state_has_the_retries_that_its_service_wants(states: States, name: str) -> None:
    retried = [set(retry["ErrorEquals"]) for retry in states[name].get("Retry", [])]
    expected = RETRIED[name]
    if isinstance(expected, str):
        assert states[name]["Type"] in ("Choice", "Fail"), "States Language knows no Retry there"
        assert retried == []
    else:
        assert retried == expected


def test_no_state_was_left_out_of_that_reading(states: States) -> None:
    assert set(RETRIED) == set(states)


def test_a_new_bucket_has_its_fifteen_minutes_and_the_machine_the_time_for_them(
    states: States,
) -> None:
    """AWS: wait 15 minutes after versioning was first enabled."""
    wait, waits = RETRY_UNTIL_VERSIONED["IntervalSeconds"], list[float]()
    for _ in range(RETRY_UNTIL_VERSIONED["MaxAttempts"]):
        waits.append(min(wait, RETRY_UNTIL_VERSIONED["MaxDelaySeconds"]))
        wait *= RETRY_UNTIL_VERSIONED["BackoffRate"]
    assert 15 * 60 <= sum(waits) < TIME_AROUND_A_REVIEW.total_seconds() / 2
    for name in ("GenerateDataset", "PublishDataset"):
        assert states[name]["Retry"][-1].items() >= RETRY_UNTIL_VERSIONED.items()


def test_exactly_the_version_that_was_looked_at_is_published(states: States) -> None:
    task = states["PublishDataset"]
    assert task["Parameters"]["Bucket"] == "evidence"
    assert "published/{}.csv" in task["Parameters"]["Key.$"]
    assert "?versionId={}" in task["Parameters"]["CopySource.$"]
    assert "$.dataset.version_id" in task["Parameters"]["CopySource.$"]
    assert task["ResultPath"] is None


def test_the_output_has_the_dataset_as_the_contract_lists_it(states: States) -> None:
    task = states["GenerateDataset"]
    assert task["ResultPath"] == "$.dataset"
    assert list(task["ResultSelector"]) == [f"{field}.$" for field in DATASET_FIELDS]


def test_no_state_waits_for_ever(states: States) -> None:
    for task in tasks(states):
        waits = task["Resource"].endswith(".waitForTaskToken")
        assert not waits or task["TimeoutSeconds"] > 0
