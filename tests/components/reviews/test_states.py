"""The states to splice in, as plain data: nothing runs, nothing is deployed."""

import pytest
from statelint.linter import Linter  # pyright: ignore[reportMissingTypeStubs]

from components.reviews.states import FIRST_STATE, REVIEW_FIELDS, States
from tests.components.gate_states import gate_states


@pytest.fixture
def states() -> States:
    return gate_states()


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


def test_a_request_that_reached_nobody_fails_the_execution_as_nothing_catches_it(
    states: States,
) -> None:
    asking = states["RequestReview"]
    caught = {error for way in asking["Catch"] + asking["Retry"] for error in way["ErrorEquals"]}
    assert not caught & {"ReviewNotDelivered", "States.ALL", "States.TaskFailed"}
