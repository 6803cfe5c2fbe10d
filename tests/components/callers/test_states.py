"""The states to splice in, as plain data: nothing runs, nothing is deployed."""

import pytest

from components.callers.states import FIRST_STATE, States
from tests.components.gate_states import gate_states, problems


@pytest.fixture
def states() -> States:
    return gate_states()


@pytest.mark.parametrize("language", ["JSONata", "JSONPath"])
def test_the_linter_accepts_the_gate_in_a_machine_of_either_language(language: str) -> None:
    host = {
        "QueryLanguage": language,
        "StartAt": "Prepare",
        "States": {
            "Prepare": {"Type": "Pass", "Next": FIRST_STATE},
            **gate_states(approved="Ship"),
            "Ship": {"Type": "Succeed"},
        },
    }
    assert problems(host) == []


def test_there_are_five_states_and_each_says_its_language(states: States) -> None:
    assert len(states) == 5
    assert {state["QueryLanguage"] for state in states.values()} == {"JSONata"}


def test_the_task_waits_for_its_token(states: States) -> None:
    assert states["RequestReview"]["Resource"].endswith(":lambda:invoke.waitForTaskToken")


def test_silence_closes_the_review_and_leaves_no_noise_in_the_output(states: States) -> None:
    (catch,) = states["RequestReview"]["Catch"]
    assert catch == {
        "ErrorEquals": ["States.Timeout"],
        "Output": "{% $states.input %}",
        "Next": "CloseReview",
    }


def test_an_answer_and_silence_meet_in_one_choice(states: States) -> None:
    assert states["RequestReview"]["Next"] == states["CloseReview"]["Next"] == "WasApproved"


def test_the_host_names_the_state_that_follows_an_approval_and_where_its_request_is() -> None:
    states = gate_states(approved="Ship", request="$states.input.ask.people")
    approved, expired = states["WasApproved"]["Choices"]
    assert (approved["Next"], expired["Next"]) == ("Ship", "ReviewExpired")
    assert states["WasApproved"]["Default"] == "ReviewRejected"
    assert "$states.input.request" not in str(states)


def test_a_request_that_reached_nobody_fails_the_execution_as_nothing_catches_it(
    states: States,
) -> None:
    asking = states["RequestReview"]
    caught = {error for way in asking["Catch"] + asking["Retry"] for error in way["ErrorEquals"]}
    assert not caught & {"ReviewNotDelivered", "States.ALL", "States.TaskFailed"}
