"""An execution ends without an answer: its pending reviews are cancelled."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.lifecycle.close import cancel_reviews_of_execution, cancel_reviews_of_function
from lambdas.domain.review.review import Decision, Outcome, Review, Status, Way
from lambdas.domain.runtime import times
from lambdas.domain.store.claims import claim
from tests.lambdas.conftest import NOW, World, both_forms, make_review

STOPPED = NOW + timedelta(minutes=5)


def end_of_caller(world: World, review: Review, status: str = "ABORTED", **changes: Any) -> None:
    """The event bus reports how the review's caller ended."""
    if review.callback_id:
        detail = {
            "durableExecutionArn": review.execution_arn,
            "status": {"ABORTED": "STOPPED"}.get(status, status),
            "endTimestamp": times.to_text(changes.pop("at", STOPPED)),
        }
        cancel_reviews_of_function(world.gate, detail)
    else:
        cancel_reviews_of_execution(world.gate, ended(review, status, **changes))


def a_review(world: World, **changes: Any) -> Review:
    """A review for the tested form of caller, which is not waiting."""
    durable = "SendTaskSuccess" not in world.form.answers
    form = {"task_token": "", "callback_id": "callback"} if durable else {}
    review = make_review(**form, **changes)
    world.add(review)
    world.clock.moment = STOPPED
    return review


def ended(review: Review, status: str = "ABORTED", **changes: Any) -> dict[str, Any]:
    """The detail of the event that says how the review's execution ended."""
    at = changes.pop("at", STOPPED)
    stopped = int(at.timestamp() * 1000) + 250
    return {
        "executionArn": review.execution_arn,
        "status": status,
        "stopDate": stopped,
        **changes,
    }


@both_forms
def test_the_end_of_the_execution_cancels_what_still_waits(
    world: World, aws_calls: list[str]
) -> None:
    review = a_review(world)
    aws_calls.clear()

    end_of_caller(world, review, cause="maintenance")
    assert aws_calls == ["Query", "UpdateItem", "Publish", "ExecuteTransaction"]
    end_of_caller(world, review, cause="another word for the same")

    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (Status.CANCELLED, None)
    [told] = world.announced()
    assert (told["event"], told["reason"], told["requested_by"]) == (
        "review.cancelled",
        # The event of a durable execution has no cause.
        f"The execution was stopped{'' if review.callback_id else ': maintenance'}.",
        review.requested_by,
    )


@both_forms
def test_the_end_of_the_execution_leaves_a_decision_alone(world: World) -> None:
    review = a_review(world)
    decision = Decision(
        decision=Outcome.REJECTED, reviewer="ann", reason="why", via=Way.LINK, decided_at=STOPPED
    )
    claim(world.store, review.review_id, decision, needed=1, barred=())

    end_of_caller(world, review, "FAILED", error="Elsewhere")

    assert world.store.get(review.review_id).status is Status.REJECTED
    assert world.announced() == []


@both_forms
def test_a_review_that_was_requested_after_the_end_is_left_alone(world: World) -> None:
    review = a_review(world)

    end_of_caller(world, review, at=NOW - timedelta(seconds=1))
    assert world.store.get(review.review_id).status is Status.PENDING

    end_of_caller(world, review, at=NOW)
    assert world.store.get(review.review_id).status is Status.CANCELLED


@both_forms
def test_past_its_deadline_a_review_is_the_sweepers(world: World) -> None:
    review = a_review(world)
    world.clock.moment = review.deadline

    end_of_caller(world, review, "FAILED", error="Lambda.Unknown", at=review.deadline)

    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.announced() == []


def test_only_the_reviews_of_this_execution_are_cancelled(world: World) -> None:
    ours = a_review(world)
    elsewhere = a_review(world, review_id="2" * 32, execution_arn="arn:elsewhere")

    end_of_caller(world, ours)

    statuses = [world.store.get(it.review_id).status for it in (ours, elsewhere)]
    assert statuses == [Status.CANCELLED, Status.PENDING]


@pytest.mark.parametrize(
    ("status", "why", "planned"),
    [
        ("FAILED", {"error": "ReviewRejected", "cause": "wrong month"}, True),
        ("FAILED", {"error": "ReviewExpired"}, True),
        ("FAILED", {"error": "ReviewCancelled"}, True),
        ("FAILED", {"error": "ReviewNotDelivered"}, False),
        ("FAILED", {"error": "Lambda.Unknown"}, False),
        ("FAILED", {}, False),
        ("TIMED_OUT", {}, False),
        ("ABORTED", {"error": "ReviewRejected"}, False),
    ],
)
def test_it_is_logged_in_one_place_whether_an_end_was_planned(
    world: World,
    caplog: pytest.LogCaptureFixture,
    status: str,
    why: dict[str, str],
    planned: bool,
) -> None:
    caplog.set_level(logging.INFO)
    review = make_review()

    cancel_reviews_of_execution(world.gate, ended(review, status, **why))

    [line] = [vars(record) for record in caplog.records if record.message == "execution.ended"]
    assert (line["event"], line["planned"]) == ("execution.ended", planned)
    assert (line["execution"], line["status"]) == (review.execution_arn, status)
    assert "wrong month" not in str(line), "what people wrote stays out of the logs"
