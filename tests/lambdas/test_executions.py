"""What became of a closed task."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from lambdas.shared.executions import Executions
from lambdas.shared.reviews import NotDelivered, Status
from tests.lambdas.conftest import NOW, World, make_review


def history(*outputs: Any) -> list[dict[str, Any]]:
    return [
        {"taskSucceededEventDetails": {"output": output}} if output is not None else {}
        for output in outputs
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
        return {"status": self._status}


REVIEW = make_review()
OURS = json.dumps({"review_id": REVIEW.review_id, "decision": "approved"})
OTHERS = json.dumps({"review_id": "f" * 32, "decision": "rejected"})


def status(client: Any) -> Status:
    executions = Executions(client, wait=lambda _: None)
    return executions.what_became_of(REVIEW, lambda: NOW)


def test_the_answer_of_this_review_is_found_among_others_and_other_outputs() -> None:
    events = history(None, "not json", "[]", '"text"', OTHERS, '{"review_id": 5}', OURS)

    assert status(FakeHistory(events)) is Status.APPROVED


def test_a_history_that_lags_behind_is_read_again() -> None:
    assert status(FakeHistory(history(), history(OURS))) is Status.APPROVED


def test_an_execution_that_runs_on_without_a_word_is_not_judged() -> None:
    with pytest.raises(NotDelivered):
        status(FakeHistory(history(OTHERS)))


@pytest.mark.parametrize("ended", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_an_execution_that_ended_without_the_answer_cancels(ended: str) -> None:
    assert status(FakeHistory(history(), status=ended)) is Status.CANCELLED


def test_past_the_deadline_the_review_has_expired() -> None:
    executions = Executions(FakeHistory(history()), wait=lambda _: None)  # type: ignore[arg-type]

    late = REVIEW.deadline + timedelta(seconds=1)
    assert executions.what_became_of(REVIEW, lambda: late) is Status.EXPIRED


@pytest.mark.parametrize(
    "problem",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "x"),
        ConnectTimeoutError(endpoint_url="https://states.invalid"),
    ],
)
def test_an_unreadable_history_is_not_judged(problem: Exception) -> None:
    with pytest.raises(NotDelivered):
        status(FakeHistory(problem))


def test_the_real_history_of_a_delivered_decision_is_understood(world: World) -> None:
    review = world.waiting_review()
    boto3.client("stepfunctions").send_task_success(
        taskToken=review.task_token,
        output=json.dumps({"review_id": review.review_id, "decision": "rejected"}),
    )
    world.execution_output(review)

    assert world.executions.what_became_of(review, lambda: NOW) is Status.REJECTED
