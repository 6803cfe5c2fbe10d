"""One decision, whatever breaks."""

from collections.abc import Callable
from typing import Any, cast

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from lambdas.shared.lifecycle.executions import Executions
from lambdas.shared.review.errors import (
    AlreadyDecided,
    InvalidReason,
    NotDelivered,
    ReviewEnded,
    ReviewNotFound,
)
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Outcome, Review, Status, Way
from tests.lambdas.conftest import NOW, Decide, World, make_review


def decide(
    world: World, review: Review, outcome: Outcome = Outcome.APPROVED, **changes: Any
) -> Review:
    desk: Decide = changes.pop("desk", world.deciding())
    by = Actor(
        person=changes.pop("reviewer", "ann"),
        via=changes.pop("via", Way.LINK),
        source_address="203.0.113.7",
    )
    return desk(review.review_id, outcome, changes.pop("reason", "looks fine"), by)


class Flaky:
    """A Step Functions client one of whose calls misbehaves."""

    def __init__(self, **replacements: Callable[..., Any]) -> None:
        self._client = boto3.client("stepfunctions")
        self._replacements = replacements

    def __getattr__(self, name: str) -> Any:
        return self._replacements.get(name) or getattr(self._client, name)


def with_client(world: World, client: Any) -> Decide:
    gate = world.gate_with(Executions(client, wait=lambda _: None))
    return world.deciding(gate=gate)


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "SendTaskSuccess")


def fails_with(problem: Exception) -> Callable[..., Any]:
    def fail(**_: Any) -> Any:
        raise problem

    return fail


def test_an_approval_reaches_the_execution_the_row_and_the_topic(world: World) -> None:
    review = world.waiting_review()

    decided = decide(world, review)

    assert decided.status is Status.APPROVED
    assert world.execution_output(review) == {
        "status": "SUCCEEDED",
        "output": {
            "review_id": review.review_id,
            "decision": "approved",
            "reviewer": "ann",
            "reason": "looks fine",
            "via": "link",
            "decided_at": "2026-11-22T14:05:09Z",
        },
    }
    row = world.store.get(review.review_id)
    assert (row.status, row.delivered_at) == (Status.APPROVED, NOW)
    announced = world.announced()
    assert [(it["event"], it["decision"], it["reviewer"], it["reason"]) for it in announced] == [
        ("review.decided", "approved", "ann", "looks fine")
    ]


def test_a_rejection_is_delivered_as_a_success_that_says_rejected(world: World) -> None:
    review = world.waiting_review()

    decide(world, review, Outcome.REJECTED, reason="wrong month")

    ended = world.execution_output(review)
    assert ended["status"] == "SUCCEEDED"
    assert (ended["output"]["decision"], ended["output"]["reason"]) == ("rejected", "wrong month")


def test_a_decision_costs_four_aws_calls(world: World, aws_calls: list[str]) -> None:
    review = world.waiting_review()
    desk = world.deciding()
    aws_calls.clear()

    decide(world, review, desk=desk)

    assert aws_calls == ["UpdateItem", "SendTaskSuccess", "Publish", "ExecuteTransaction"]


def test_losing_the_race_costs_one_aws_call_and_by_link_two_for_the_record(
    world: World, aws_calls: list[str]
) -> None:
    review = world.waiting_review()
    decide(world, review)
    desk = world.deciding()
    aws_calls.clear()

    with pytest.raises(AlreadyDecided):
        decide(world, review, desk=desk)

    assert aws_calls == ["UpdateItem", "UpdateItem", "ExecuteStatement"]


def test_an_unknown_review_cannot_be_decided(world: World) -> None:
    with pytest.raises(ReviewNotFound):
        decide(world, make_review(review_id="f" * 32))


@pytest.mark.parametrize("reason", ["", "   \n "])
def test_a_rejection_without_a_reason_decides_nothing(world: World, reason: str) -> None:
    review = world.waiting_review()

    with pytest.raises(InvalidReason, match="needs a reason"):
        decide(world, review, Outcome.REJECTED, reason=reason)

    assert world.store.get(review.review_id).status is Status.PENDING


def test_a_reason_of_more_than_500_characters_decides_nothing(world: World) -> None:
    review = world.waiting_review()

    with pytest.raises(InvalidReason, match="at most 500 characters, this one has 501"):
        decide(world, review, reason="x" * 501)

    assert world.store.get(review.review_id).status is Status.PENDING


def test_an_expired_review_cannot_be_approved(world: World) -> None:
    review = world.waiting_review()
    world.clock.advance(hours=24)

    with pytest.raises(ReviewEnded) as over:
        decide(world, review)

    assert over.value.review.status is Status.EXPIRED
    assert world.announced() == []


def test_a_lost_answer_after_a_delivered_decision_is_a_success(world: World) -> None:
    review = world.waiting_review()
    states = boto3.client("stepfunctions")

    def answer_lost(**request: Any) -> Any:
        states.send_task_success(**request)
        raise error("TaskTimedOut")  # what botocore's own second try gets to hear

    decided = decide(world, review, desk=with_client(world, Flaky(send_task_success=answer_lost)))

    assert decided.status is Status.APPROVED
    assert world.store.get(review.review_id).delivered_at is not None
    assert len(world.announced()) == 1


def test_a_claim_whose_answer_was_lost_is_seen_through_when_it_is_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = world.waiting_review()
    original = cast("Callable[..., Any]", getattr(BaseClient, "_make_api_call"))  # noqa: B009

    def sent_twice(self: BaseClient, operation: str, parameters: Any) -> Any:
        if operation == "UpdateItem":  # as botocore does after a lost answer
            original(self, operation, parameters)
        return original(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", sent_twice)

    assert decide(world, review).status is Status.APPROVED

    assert world.execution_output(review)["output"]["decision"] == "approved"
    assert len(world.announced()) == 1


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_an_execution_that_failed_elsewhere_cancels_the_review(world: World, code: str) -> None:
    review = world.waiting_review()
    boto3.client("stepfunctions").send_task_failure(taskToken=review.task_token, error="Elsewhere")
    world.execution_output(review)
    desk = with_client(world, Flaky(send_task_success=fails_with(error(code))))

    with pytest.raises(ReviewEnded) as over:
        decide(world, review, desk=desk)

    assert over.value.review.status is Status.CANCELLED
    assert world.store.get(review.review_id).status is Status.CANCELLED
    assert [it["event"] for it in world.announced()] == ["review.cancelled"]


def test_a_task_that_timed_out_is_not_judged_before_the_workflow_has_closed_it(
    world: World,
) -> None:
    review = world.waiting_review()
    desk = with_client(world, Flaky(send_task_success=fails_with(error("TaskTimedOut"))))

    with pytest.raises(NotDelivered):
        decide(world, review, desk=desk)

    assert world.store.get(review.review_id).status is Status.APPROVED
    assert world.announced() == [], "the workflow's CloseReview hears the decision"


def test_an_execution_that_is_gone_cancels_the_review(world: World) -> None:
    review = world.waiting_review(
        execution_arn="arn:aws:states:eu-central-1:123456789012:execution:flow:gone"
    )
    desk = with_client(world, Flaky(send_task_success=fails_with(error("TaskDoesNotExist"))))

    with pytest.raises(ReviewEnded) as over:
        decide(world, review, desk=desk)

    assert over.value.review.status is Status.CANCELLED


def unreachable() -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url="https://states.invalid")


@pytest.mark.parametrize("problem", [error("ThrottlingException"), unreachable()])
def test_an_unreachable_step_functions_keeps_the_decision_for_another_try(
    world: World, problem: Exception
) -> None:
    review = world.waiting_review()

    with pytest.raises(NotDelivered):
        decide(world, review, desk=with_client(world, Flaky(send_task_success=fails_with(problem))))

    row = world.store.get(review.review_id)
    assert (row.status, row.delivered_at) == (Status.APPROVED, None)


def test_the_same_persons_second_click_finishes_a_decision_that_was_cut_off(world: World) -> None:
    review = world.waiting_review()
    with pytest.raises(NotDelivered):
        decide(
            world,
            review,
            desk=with_client(world, Flaky(send_task_success=fails_with(unreachable()))),
        )
    world.clock.advance(seconds=30)

    assert decide(world, review, reason="a new reason changes nothing").status is Status.APPROVED

    assert world.execution_output(review)["output"]["reason"] == "looks fine"
    assert len(world.announced()) == 1


@pytest.mark.parametrize(
    ("seconds", "outcome", "reviewer"),
    [
        (5, Outcome.APPROVED, "ann"),
        (30, Outcome.REJECTED, "ann"),
        (30, Outcome.APPROVED, "bob"),
    ],
    ids=["while the first may still be at it", "the other decision", "another person"],
)
def test_nobody_else_finishes_it_and_the_other_decision_is_never_sent(
    world: World, seconds: int, outcome: Outcome, reviewer: str
) -> None:
    review = world.waiting_review()
    with pytest.raises(NotDelivered):
        decide(
            world,
            review,
            desk=with_client(world, Flaky(send_task_success=fails_with(unreachable()))),
        )
    world.clock.advance(seconds=seconds)

    with pytest.raises(AlreadyDecided):
        decide(world, review, outcome, reviewer=reviewer)

    states = boto3.client("stepfunctions")
    assert states.describe_execution(executionArn=review.execution_arn)["status"] == "RUNNING"


def test_a_failed_announcement_does_not_undo_the_decision(world: World) -> None:
    review = world.waiting_review()
    boto3.client("sns").delete_topic(TopicArn=world.topic_arn)

    assert decide(world, review).status is Status.APPROVED

    assert world.execution_output(review)["output"]["decision"] == "approved"
    assert world.store.get(review.review_id).delivered_at is None, "unfinished: it can be seen"
