"""One decision, despite any failure."""

from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.client import BaseClient

from lambdas.domain.review.errors import (
    AlreadyDecided,
    InvalidReason,
    ReviewEnded,
    ReviewNotFound,
)
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Review, Status, Way
from tests.lambdas.conftest import (
    ANSWERED_FILE,
    NOW,
    Decide,
    World,
    both_forms,
    make_review,
)

if TYPE_CHECKING:
    from collections.abc import Callable


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
            "approved_by": ["ann"],
            "reason": "looks fine",
            "answers": {},
            "via": "link",
            "decided_at": "2026-11-22T14:05:09Z",
            "requester_verified": False,
            "evidence": [ANSWERED_FILE],
            "context": None,
        },
    }
    row = world.store.get(review.review_id)
    assert (row.status, row.delivered_at) == (Status.APPROVED, NOW)
    announced = world.announced()
    assert [(it["event"], it["decision"], it["reviewer"], it["reason"]) for it in announced] == [
        ("review.decided", "approved", "ann", "looks fine")
    ]


def test_a_rejection_is_delivered_as_a_success_with_the_decision_rejected(world: World) -> None:
    review = world.waiting_review()

    decide(world, review, Outcome.REJECTED, reason="wrong month")

    ended = world.execution_output(review)
    assert ended["status"] == "SUCCEEDED"
    assert (ended["output"]["decision"], ended["output"]["reason"]) == ("rejected", "wrong month")


@both_forms
def test_a_decision_makes_four_aws_calls(world: World, aws_calls: list[str]) -> None:
    review = world.waiting_review()
    desk = world.deciding()
    aws_calls.clear()

    decide(world, review, desk=desk)

    assert aws_calls == ["UpdateItem", world.form.answers[0], "Publish", "ExecuteTransaction"]


def test_a_lost_race_makes_one_aws_call_and_two_more_by_link(
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
        decide(world, make_review(review_id="f" * 16))


@pytest.mark.parametrize(
    ("outcome", "reason", "why"),
    [
        (Outcome.REJECTED, "", "Enter a reason"),
        (Outcome.REJECTED, "   \n ", "Enter a reason"),
        (Outcome.APPROVED, "x" * 501, "at most 500 characters. Yours has 501"),
    ],
)
def test_a_missing_or_long_reason_decides_nothing(
    world: World, outcome: Outcome, reason: str, why: str
) -> None:
    review = world.waiting_review()

    with pytest.raises(InvalidReason, match=why):
        decide(world, review, outcome, reason=reason)

    assert world.store.get(review.review_id).status is Status.PENDING


def test_an_expired_review_cannot_be_approved(world: World) -> None:
    review = world.waiting_review()
    world.clock.advance(hours=24)

    with pytest.raises(ReviewEnded) as over:
        decide(world, review)

    assert over.value.review.status is Status.EXPIRED
    assert world.announced() == []


def test_a_claim_with_a_lost_response_is_completed_by_its_retry(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = world.waiting_review()
    original = cast("Callable[..., Any]", getattr(BaseClient, "_make_api_call"))  # noqa: B009

    def sent_twice(self: BaseClient, operation: str, parameters: Any) -> Any:
        if operation == "UpdateItem":  # as botocore does after a lost response
            original(self, operation, parameters)
        return original(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", sent_twice)

    assert decide(world, review).status is Status.APPROVED

    assert world.execution_output(review)["output"]["decision"] == "approved"
    assert len(world.announced()) == 1


def test_a_failed_announcement_does_not_undo_the_decision(world: World) -> None:
    review = world.waiting_review()
    boto3.client("sns").delete_topic(TopicArn=world.topic_arn)

    assert decide(world, review).status is Status.APPROVED

    assert world.execution_output(review)["output"]["decision"] == "approved"
    assert world.store.get(review.review_id).delivered_at is None, (
        "the row shows that the ending is unfinished"
    )
