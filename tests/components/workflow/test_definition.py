"""The workflow's definition, as plain data: nothing runs, nothing is deployed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from statelint.linter import Linter  # pyright: ignore[reportMissingTypeStubs]

from components.reviews.states import States
from components.workflow.definition import DATASET_FIELDS, definition
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


@pytest.mark.parametrize("name", ["GenerateDataset", "RequestReview"])
def test_only_lambda_s_own_trouble_is_retried_so_nobody_is_asked_twice(
    states: States, name: str
) -> None:
    assert [set(retry["ErrorEquals"]) for retry in states[name]["Retry"]] == [SERVICE_ERRORS]


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
