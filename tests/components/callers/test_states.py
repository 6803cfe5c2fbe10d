"""The gate's states as plain data; nothing is run or deployed."""

import pytest

from components.callers.states import FIRST_STATE, States
from lambdas.domain.callers.answers import ERRORS
from tests.components.gate_states import TIMEOUT, gate_states, problems


@pytest.fixture
def states() -> States:
    return gate_states()


@pytest.mark.parametrize("language", ["JSONata", "JSONPath"])
def test_the_linter_accepts_the_gates_states_in_both_query_languages(language: str) -> None:
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


@pytest.mark.parametrize("answered", [None, "Look"])
def test_there_are_two_or_three_states_and_each_sets_its_query_language(
    answered: str | None,
) -> None:
    states = gate_states(answered=answered)
    assert [*states] == ["RequestReview", "WasApproved", "NotApproved"][: 2 if answered else 3]
    assert {state["QueryLanguage"] for state in states.values()} == {"JSONata"}


def test_the_task_waits_for_its_token_beyond_the_deadline(states: States) -> None:
    asking = states["RequestReview"]
    assert asking["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert asking["TimeoutSeconds"] == TIMEOUT.total_seconds() + 15 * 60
    assert asking["HeartbeatSeconds"] < asking["TimeoutSeconds"], "or AWS rejects the definition"
    assert asking["HeartbeatSeconds"] > TIMEOUT.total_seconds()


def test_the_host_names_the_next_states_and_the_path_of_its_request() -> None:
    states = gate_states(approved="Ship", answered="Look", request="$states.input.ask.people")
    (approved,) = states["WasApproved"]["Choices"]
    assert approved["Next"] == "Ship"
    assert states["WasApproved"]["Default"] == "Look"
    assert "$states.input.request" not in str(states)


def test_no_retry_requests_a_second_review(states: States) -> None:
    asking = states["RequestReview"]
    assert "Catch" not in asking
    tried_again = {error for way in asking["Retry"] for error in way["ErrorEquals"]}
    assert all(error.startswith("Lambda.") for error in tried_again)


def test_the_states_have_the_errors_of_every_caller() -> None:
    expression = gate_states()["NotApproved"]["Error"]
    for status, error in ERRORS.items():
        assert f"'{status.lower()}': '{error}'" in expression
