"""What became of a closed task."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from lambdas.shared.lifecycle.executions import Executions, why_it_ended
from lambdas.shared.review.errors import NotDelivered
from lambdas.shared.review.review import Outcome
from tests.lambdas.conftest import World, make_review


def history(*outputs: Any, end: str = "") -> list[dict[str, Any]]:
    """The latest first."""
    return [
        *([{"type": end}] if end else []),
        *({"type": "TaskSucceeded", "taskSucceededEventDetails": {"output": it}} for it in outputs),
        {"type": "ExecutionStarted"},
    ]


class FakeHistory:
    """A client whose history grows with every look. Its pages cannot be made by moto."""

    def __init__(self, *looks: Any, status: str = "RUNNING") -> None:
        self._looks = list(looks)
        self._status = status

    def get_paginator(self, _operation: str) -> Any:
        return self

    def paginate(self, **_: Any) -> Any:
        look = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        if isinstance(look, Exception):
            raise look
        return [{"events": look[:1]}, {"events": look[1:]}]

    def describe_execution(self, **_: Any) -> Any:
        return {"status": self._status, "error": "Elsewhere"}


REVIEW = make_review(decision=Outcome.APPROVED)
OURS = json.dumps({"review_id": REVIEW.review_id, "decision": "approved"})
OTHERS = json.dumps({"review_id": "f" * 32, "decision": "rejected"})


def why_not(client: Any) -> str:
    return Executions(client, wait=lambda _: None).why_not_delivered(REVIEW)


def test_the_answer_of_this_review_is_found_among_others_and_other_outputs() -> None:
    events = history("not json", "[]", '"text"', OTHERS, '{"review_id": 5}', OURS)

    assert why_not(FakeHistory(events)) == ""


def test_a_history_that_lags_behind_is_read_again() -> None:
    assert why_not(FakeHistory(history(), history(OURS))) == ""


def test_the_answer_of_the_state_that_closes_counts_too() -> None:
    closed = json.dumps({"Payload": json.loads(OURS), "StatusCode": 200})

    assert why_not(FakeHistory(history(closed))) == ""


def test_the_other_decision_is_not_this_one() -> None:
    other = json.dumps({"review_id": REVIEW.review_id, "decision": "rejected"})

    assert why_not(FakeHistory(history(other, end="ExecutionSucceeded"), status="SUCCEEDED"))


def test_an_execution_that_runs_on_without_a_word_is_not_judged() -> None:
    with pytest.raises(NotDelivered):
        why_not(FakeHistory(history(OTHERS)))


@pytest.mark.parametrize(
    ("ended", "event", "why"),
    [
        ("SUCCEEDED", "ExecutionSucceeded", "The execution went on without an answer."),
        ("FAILED", "ExecutionFailed", "The execution failed: Elsewhere."),
        ("TIMED_OUT", "ExecutionTimedOut", "The execution ran out of time."),
        ("ABORTED", "ExecutionAborted", "Somebody stopped the execution."),
    ],
)
def test_an_execution_that_ended_without_the_answer_says_how(
    ended: str, event: str, why: str
) -> None:
    assert why_not(FakeHistory(history(end=event), status=ended)) == why


def test_a_history_without_the_end_does_not_tell_what_never_happened() -> None:
    with pytest.raises(NotDelivered):
        why_not(FakeHistory(history(), status="SUCCEEDED"))

    late = FakeHistory(history(), history(OURS, end="ExecutionSucceeded"), status="SUCCEEDED")
    assert why_not(late) == ""


def test_the_cause_of_a_stop_is_told_and_bounded() -> None:
    assert (
        why_it_ended({"status": "ABORTED", "cause": "maintenance"})
        == "Somebody stopped the execution: maintenance."
    )
    assert len(why_it_ended({"status": "ABORTED", "cause": "x" * 30_000})) < 250


@pytest.mark.parametrize(
    "problem",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "x"),
        ConnectTimeoutError(endpoint_url="https://states.invalid"),
    ],
)
def test_an_unreadable_history_is_not_judged(problem: Exception) -> None:
    with pytest.raises(NotDelivered):
        why_not(FakeHistory(problem))


def test_the_real_history_of_a_delivered_decision_is_understood(world: World) -> None:
    review = world.waiting_review()
    boto3.client("stepfunctions").send_task_success(
        taskToken=review.task_token,
        output=json.dumps({"review_id": review.review_id, "decision": "rejected"}),
    )
    world.execution_output(review)

    decided = replace(review, decision=Outcome.REJECTED)
    assert world.gate.executions.why_not_delivered(decided) == ""
