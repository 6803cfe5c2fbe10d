"""The definitions, as plain data: nothing runs, nothing is deployed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from statelint.linter import Linter  # pyright: ignore[reportMissingTypeStubs]

from components.reviews.states import FIRST_STATE, REVIEW_FIELDS, States, review_states
from components.workflow.definition import DATASET_FIELDS, definition

LAMBDA = "arn:aws:lambda:eu-central-1:111111111111:function:"
SERVICE_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
TIMEOUT = timedelta(hours=2)


def gate_states(approved: str = "PublishDataset", threshold: float | None = 0.06) -> States:
    return review_states(
        request_function=f"{LAMBDA}request",
        close_function=f"{LAMBDA}close",
        timeout=TIMEOUT,
        approved=approved,
        threshold=threshold,
    )


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


def test_the_linter_accepts_the_gate_in_another_machine() -> None:
    host = {
        "StartAt": "Prepare",
        "States": {
            "Prepare": {"Type": "Pass", "Next": FIRST_STATE},
            **gate_states(approved="Ship", threshold=None),
            "Ship": {"Type": "Succeed"},
        },
    }
    assert Linter.validate(host) == []


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


def test_the_request_carries_the_token_the_clock_and_the_input(states: States) -> None:
    task = states["RequestReview"]
    assert task["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert task["Parameters"]["Payload"] == {
        "taskToken.$": "$$.Task.Token",
        "executionArn.$": "$$.Execution.Id",
        "enteredAt.$": "$$.State.EnteredTime",
        "input.$": "$",
        "threshold": 0.06,
    }


def test_without_a_threshold_none_is_told() -> None:
    payload = gate_states(threshold=None)["RequestReview"]["Parameters"]["Payload"]
    assert "threshold" not in payload


@pytest.mark.parametrize("name", ["GenerateDataset", "RequestReview"])
def test_only_lambda_s_own_trouble_is_retried_so_nobody_is_asked_twice(
    states: States, name: str
) -> None:
    assert [set(retry["ErrorEquals"]) for retry in states[name]["Retry"]] == [SERVICE_ERRORS]


def test_closing_is_tried_again_whatever_failed(states: States) -> None:
    retried = [set(retry["ErrorEquals"]) for retry in states["CloseReview"]["Retry"]]
    assert retried == [SERVICE_ERRORS, {"States.TaskFailed"}]


def test_silence_closes_the_review_and_leaves_no_noise_in_the_output(states: States) -> None:
    (catch,) = states["RequestReview"]["Catch"]
    assert catch == {"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": "CloseReview"}


def test_an_answer_and_silence_have_the_same_form_and_meet_in_one_choice(states: States) -> None:
    answer, silence = states["RequestReview"], states["CloseReview"]
    assert answer["ResultPath"] == silence["ResultPath"] == "$.review"
    assert set(silence["ResultSelector"]) == {f"{field}.$" for field in REVIEW_FIELDS}
    assert answer["Next"] == silence["Next"] == "WasApproved"


def test_only_the_word_approved_publishes(states: States) -> None:
    choice = states["WasApproved"]
    ways = {way["StringEquals"]: way["Next"] for way in choice["Choices"]}
    assert ways == {"approved": "PublishDataset", "expired": "ReviewExpired"}
    assert choice["Default"] == "ReviewRejected"


@pytest.mark.parametrize("name", ["ReviewRejected", "ReviewExpired"])
def test_a_refused_review_fails_with_its_name_and_its_reason(states: States, name: str) -> None:
    assert states[name] == {"Type": "Fail", "Error": name, "CausePath": "$.review.reason"}


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


def test_a_request_that_reached_nobody_fails_the_execution_as_nothing_catches_it(
    states: States,
) -> None:
    asking = states["RequestReview"]
    caught = {error for way in asking["Catch"] + asking["Retry"] for error in way["ErrorEquals"]}
    assert not caught & {"ReviewNotDelivered", "States.ALL", "States.TaskFailed"}
