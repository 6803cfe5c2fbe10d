"""Each of the gate's states by itself, in a host of either language: what goes in, what comes out.

By Step Functions' own TestState, on the embedded AWS.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.callers.review_machine import ANSWERED, REQUEST, definition
from local.cloud.account import open_account
from tests.components.gate_states import LAMBDA, SERVICE_ERRORS, TIMEOUT, gate_states

if TYPE_CHECKING:
    from local.cloud import Cloud
    from local.cloud.account import Account

LONGEST = int(TIMEOUT.total_seconds())
EXECUTION = "arn:aws:states:eu-central-1:111111111111:execution:host:run-1"
CONTEXT = {"Execution": {"Id": EXECUTION}, "Task": {"Token": "token"}}
REQUESTED = {"title": "Promote churn-model 14?", "facts": {"AUC": 0.94}}
HOST_KNOWS = {"model": {"version": 14}, "tags": ["a"], "request": REQUESTED}
ANSWER = {
    "review_id": "0123456789abcdef0123456789abcdef",
    "decision": "approved",
    "reviewer": "U012ABCDEF",
    "reason": "Better on every slice.",
    "answers": {"share": 10},
    "via": "slack",
    "decided_at": "2026-11-22T14:05:09Z",
    "context": {"job": [7]},
}


class Host:
    """Somebody's machine with the gate in it, of which one state is tried at a time."""

    def __init__(self, account: Account, machine: dict[str, Any]) -> None:
        self._account, self._machine = account, machine

    def state(self, name: str, given: Any, **mock: str) -> dict[str, Any]:
        asked: dict[str, Any] = {"mock": mock} if mock else {}
        answer: Any = self._account.stepfunctions.test_state(
            definition=json.dumps(self._machine),
            stateName=name,
            input=json.dumps(given),
            context=json.dumps(CONTEXT),
            inspectionLevel="DEBUG",
            **asked,
        )
        return {
            **answer,
            "output": json.loads(answer.get("output", "null")),
            "arguments": json.loads(answer["inspectionData"].get("afterArguments", "null")),
        }

    def answered(self, name: str, given: Any, result: Any) -> dict[str, Any]:
        return self.state(name, given, result=json.dumps(result))

    def failing(self, name: str, error: str) -> dict[str, Any]:
        mock: Any = {"errorOutput": {"error": error, "cause": "as it is"}}
        return self.state(name, HOST_KNOWS, **mock)


@pytest.fixture(scope="module")
def account(cloud: Cloud) -> Account:
    return open_account(cloud.url, "111111111111", "eu-central-1")


@pytest.fixture(params=["JSONata", "JSONPath"])
def host(request: pytest.FixtureRequest, account: Account) -> Host:
    machine = {
        "QueryLanguage": request.param,
        "StartAt": "RequestReview",
        "States": {**gate_states(approved="Ship"), "Ship": {"Type": "Succeed"}},
    }
    return Host(account, machine)


@pytest.fixture
def review_machine(account: Account) -> Host:
    states = gate_states(approved=ANSWERED, request=REQUEST)
    return Host(account, definition(states, TIMEOUT))


def test_the_request_goes_with_the_token_the_execution_and_the_clock(host: Host) -> None:
    arguments = host.answered("RequestReview", HOST_KNOWS, ANSWER)["arguments"]
    entered_at = arguments["Payload"].pop("enteredAt")
    assert entered_at.startswith("20")
    assert arguments == {
        "FunctionName": f"{LAMBDA}request",
        "Payload": {"taskToken": "token", "executionArn": EXECUTION, "request": REQUESTED},
    }


def test_the_review_machine_s_whole_input_is_the_request(review_machine: Host) -> None:
    tried = review_machine.answered("RequestReview", REQUESTED, ANSWER)
    assert tried["arguments"]["Payload"]["request"] == REQUESTED
    assert tried["output"] == {**REQUESTED, "review": ANSWER}


@pytest.mark.parametrize("given", [{}, {"request": None}, []])
def test_a_host_that_forgot_its_request_lets_the_function_say_so(host: Host, given: Any) -> None:
    assert host.answered("RequestReview", given, {})["arguments"]["Payload"]["request"] is None


def test_an_answer_is_merged_into_what_the_host_knows(host: Host) -> None:
    tried = host.answered("RequestReview", HOST_KNOWS, ANSWER)
    assert tried["status"] == "SUCCEEDED"
    assert tried["output"] == {**HOST_KNOWS, "review": ANSWER}
    assert tried["nextState"] == "WasApproved"


def test_what_silence_means_is_merged_in_the_same_way(host: Host) -> None:
    tried = host.answered("CloseReview", HOST_KNOWS, {"StatusCode": 200, "Payload": ANSWER})
    assert tried["arguments"] == {
        "FunctionName": f"{LAMBDA}close",
        "Payload": {"executionArn": EXECUTION},
    }
    assert tried["output"] == {**HOST_KNOWS, "review": ANSWER}
    assert tried["nextState"] == "WasApproved"


def test_silence_is_caught_and_leaves_no_trace_in_the_output(host: Host) -> None:
    tried = host.failing("RequestReview", "States.Timeout")
    assert (tried["status"], tried["nextState"]) == ("CAUGHT_ERROR", "CloseReview")
    assert tried["output"] == HOST_KNOWS


@pytest.mark.parametrize(
    ("state", "error"),
    [
        *(("RequestReview", error) for error in sorted(SERVICE_ERRORS)),
        *(("CloseReview", error) for error in sorted(SERVICE_ERRORS)),
        ("CloseReview", "NotDelivered"),  # whatever the function says
    ],
)
def test_an_error_of_the_service_is_tried_again(host: Host, state: str, error: str) -> None:
    assert host.failing(state, error)["status"] == "RETRIABLE"


@pytest.mark.parametrize(
    "error", ["InvalidInput", "ReviewNotDelivered", "ReviewCancelled", "States.TaskFailed"]
)
def test_what_the_gate_says_itself_fails_the_host_at_once(host: Host, error: str) -> None:
    tried = host.failing("RequestReview", error)
    assert (tried["status"], tried["error"], tried["cause"]) == ("FAILED", error, "as it is")


@pytest.mark.parametrize(
    ("decision", "usual"),
    [
        ("approved", "Ship"),
        ("rejected", "ReviewRejected"),
        ("expired", "ReviewExpired"),
        ("undelivered", "ReviewRejected"),  # nobody is told so who has not asked for it
        ("whatever", "ReviewRejected"),
    ],
)
def test_only_an_approval_goes_on_unless_every_answer_is_asked_for(
    host: Host, decision: str, usual: str
) -> None:
    known = {"request": REQUESTED, "review": {**ANSWER, "decision": decision}}
    assert host.state("WasApproved", known)["nextState"] == usual
    assert host.state("WasApproved", known)["output"] == known
    known["request"] = {**REQUESTED, "answer": "always"}
    assert host.state("WasApproved", known)["nextState"] == "Ship"


@pytest.mark.parametrize("answer", [True, ["always"], "Always", {}])
def test_every_answer_is_asked_for_by_one_word(host: Host, answer: Any) -> None:
    known = {"request": {**REQUESTED, "answer": answer}, "review": {"decision": "rejected"}}
    assert host.state("WasApproved", known)["nextState"] == "ReviewRejected"


def test_the_review_machine_succeeds_with_the_answer_and_nothing_else(
    review_machine: Host,
) -> None:
    known = {**REQUESTED, "answer": "always", "review": {**ANSWER, "decision": "rejected"}}
    assert review_machine.state("WasApproved", known)["nextState"] == ANSWERED
    assert review_machine.state(ANSWERED, known)["output"] == known["review"]


@pytest.mark.parametrize("error", ["ReviewRejected", "ReviewExpired"])
def test_a_refused_review_fails_with_its_name_and_its_reason(host: Host, error: str) -> None:
    tried = host.state(error, {**HOST_KNOWS, "review": {**ANSWER, "reason": "Too early."}})
    assert (tried["status"], tried["error"], tried["cause"]) == ("FAILED", error, "Too early.")


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("3h", LONGEST),
        ("999999999d", LONGEST),
        # What is no duration the function refuses at once; until then the task waits.
        *((wrong, LONGEST) for wrong in ("", "0s", "05m", "5m\n", "5", " 5m", "5M", "5m!")),
        *((wrong, LONGEST) for wrong in (None, 5, True, ["5m"], {"5m": "5m"})),
    ],
)
def test_a_request_has_its_own_time_within_the_stage_s(
    account: Account, timeout: Any, seconds: int
) -> None:
    expression = gate_states()["RequestReview"]["TimeoutSeconds"]
    waits = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": expression, "End": True}
    tried = Host(account, {"StartAt": "Waits", "States": {"Waits": waits}})
    assert tried.state("Waits", {"request": {"timeout": timeout}})["output"] == seconds


@pytest.mark.parametrize("given", [{}, {"request": "5m"}, {"request": {}}, [], "5m"])
def test_without_a_time_of_its_own_it_has_the_stage_s(account: Account, given: Any) -> None:
    expression = gate_states()["RequestReview"]["TimeoutSeconds"]
    waits = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": expression, "End": True}
    tried = Host(account, {"StartAt": "Waits", "States": {"Waits": waits}})
    assert tried.state("Waits", given)["output"] == LONGEST
