"""Each of the gate's states alone, in both query languages: input and output.

Uses Step Functions' TestState on the embedded AWS.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.callers.review_machine import ANSWERED, REQUEST, definition
from lambdas.domain.callers.answers import ERRORS
from local.cloud.account import open_account
from tests.components.gate_states import LAMBDA, SERVICE_ERRORS, TIMEOUT, gate_states

if TYPE_CHECKING:
    from local.cloud import Cloud
    from local.cloud.account import Account

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
    """Another program's machine with the gate's states, tested one state at a time."""

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
    return open_account(cloud.url, cloud.root("111111111111"), "eu-central-1")


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


def test_the_request_is_sent_with_the_token_and_the_execution(host: Host) -> None:
    assert host.answered("RequestReview", HOST_KNOWS, ANSWER)["arguments"] == {
        "FunctionName": f"{LAMBDA}request",
        "Payload": {"taskToken": "token", "executionArn": EXECUTION, "request": REQUESTED},
    }


def test_the_whole_input_of_the_review_machine_is_the_request(review_machine: Host) -> None:
    tried = review_machine.answered("RequestReview", REQUESTED, ANSWER)
    assert tried["arguments"]["Payload"]["request"] == REQUESTED
    assert tried["output"] == {**REQUESTED, "review": ANSWER}


@pytest.mark.parametrize("given", [{}, {"request": None}, []])
def test_a_missing_request_is_reported_by_the_function(host: Host, given: Any) -> None:
    assert host.answered("RequestReview", given, {})["arguments"]["Payload"]["request"] is None


def test_an_answer_is_merged_into_the_hosts_data(host: Host) -> None:
    tried = host.answered("RequestReview", HOST_KNOWS, ANSWER)
    assert tried["status"] == "SUCCEEDED"
    assert tried["output"] == {**HOST_KNOWS, "review": ANSWER}
    assert tried["nextState"] == "WasApproved"


@pytest.mark.parametrize("error", sorted(SERVICE_ERRORS))
def test_a_service_error_is_retried(host: Host, error: str) -> None:
    assert host.failing("RequestReview", error)["status"] == "RETRIABLE"


@pytest.mark.parametrize(
    "error", ["InvalidInput", "ReviewNotDelivered", "States.Timeout", "States.TaskFailed"]
)
def test_an_error_of_the_function_fails_the_host_at_once(host: Host, error: str) -> None:
    tried = host.failing("RequestReview", error)
    assert (tried["status"], tried["error"], tried["cause"]) == ("FAILED", error, "as it is")


NOT_APPROVED = ["rejected", "expired", "cancelled", "undelivered", "whatever", None, ["approved"]]


@pytest.mark.parametrize("decision", ["approved", *NOT_APPROVED])
def test_only_an_approval_continues(host: Host, decision: Any) -> None:
    # Despite the request's fields, which come from the caller.
    asked = {**REQUESTED, "answer": "always", "approved": True}
    known = {"request": asked, "review": {**ANSWER, "decision": decision}}
    tried = host.state("WasApproved", known)
    assert tried["nextState"] == ("Ship" if decision == "approved" else "NotApproved")
    assert tried["output"] == known


@pytest.mark.parametrize("decision", NOT_APPROVED)
def test_every_other_answer_continues_at_the_state_that_the_host_names(
    account: Account, decision: Any
) -> None:
    states = gate_states(approved=ANSWERED, answered="Look", request=REQUEST)
    machine = {"StartAt": "RequestReview", "States": {**states, "Look": {"Type": "Succeed"}}}
    host = Host(account, {**machine, "QueryLanguage": "JSONata"})
    known = {"review": {**ANSWER, "decision": decision}}
    assert host.state("WasApproved", known)["nextState"] == "Look"


def test_the_review_machine_outputs_only_the_answer(
    review_machine: Host,
) -> None:
    known = {**REQUESTED, "review": ANSWER}
    assert review_machine.state("WasApproved", known)["nextState"] == ANSWERED
    assert review_machine.state(ANSWERED, known)["output"] == known["review"]


@pytest.mark.parametrize(
    ("decision", "error"), [(status.lower(), error) for status, error in ERRORS.items()]
)
def test_an_unapproved_review_fails_with_its_error_and_reason(
    host: Host, decision: str, error: str
) -> None:
    review = {**ANSWER, "decision": decision, "reason": "Too early."}
    tried = host.state("NotApproved", {**HOST_KNOWS, "review": review})
    assert (tried["status"], tried["error"], tried["cause"]) == ("FAILED", error, "Too early.")
