"""When nobody decides."""

import logging
from datetime import timedelta

import pytest

from lambdas.shared.lifecycle.close import (
    ON_TIMEOUT,
    close_ended,
    close_ended_function,
    close_overdue,
)
from lambdas.shared.review.review import Decision, Outcome, Review, Status, Way
from lambdas.shared.store.claims import claim as claimed
from tests.lambdas.conftest import NOW, World, both_forms, make_review

LATE = NOW + timedelta(hours=24)


def close(world: World, review: Review, on_timeout: str = "fail") -> dict[str, str]:
    world.clock.moment = LATE
    return close_overdue(world.gate, review.execution_arn, ON_TIMEOUT[on_timeout])


def end_of_caller(world: World, review: Review, status: str = "ABORTED", **why: str) -> None:
    """The gate hears how the review's caller ended, as the event bus says it."""
    if review.callback_id:
        status = {"ABORTED": "STOPPED"}.get(status, status)
        detail = {"durableExecutionArn": review.execution_arn, "status": status}
        close_ended_function(world.gate, detail)
    else:
        close_ended(world.gate, ended(review, status, **why))


def a_review(world: World) -> Review:
    """A review of the form that the test is about, for which nobody waits."""
    durable = "SendTaskSuccess" not in world.form.answers
    return make_review(**({"task_token": "", "callback_id": "callback"} if durable else {}))


def ended(review: Review, status: str = "ABORTED", **why: str) -> dict[str, str]:
    """The detail of the event that says how the review's execution ended."""
    return {"executionArn": review.execution_arn, "status": status, **why}


def claim(world: World, review: Review, ago: timedelta) -> None:
    decision = Decision(
        decision=Outcome.REJECTED,
        reviewer="ann",
        reason="why",
        via=Way.LINK,
        decided_at=LATE - ago,
    )
    claimed(world.store, review.review_id, decision, needed=1, barred=())


def test_silence_expires_the_review_and_tells_the_channel(world: World) -> None:
    review = make_review()
    world.add(review)

    answer = close(world, review)

    assert answer == {
        "review_id": review.review_id,
        "decision": "expired",
        "reviewer": "",
        "reason": "Nobody decided within 24 hours.",
        "answers": {},
        "via": "timeout",
        "decided_at": "2026-11-23T14:05:09Z",
        "context": None,
    }
    assert world.store.get(review.review_id).status is Status.EXPIRED
    announced = world.announced()
    assert [(it["event"], it["reason"]) for it in announced] == [
        ("review.expired", "Nobody decided within 24 hours.")
    ]


@pytest.mark.parametrize(("on_timeout", "word"), [("reject", "rejected"), ("approve", "approved")])
def test_silence_may_decide_on_the_same_way_as_people(
    world: World, on_timeout: str, word: str
) -> None:
    review = make_review()
    world.add(review)

    answer = close(world, review, on_timeout)

    assert (answer["decision"], answer["via"], answer["reviewer"]) == (word, "timeout", "timeout")
    row = world.store.get(review.review_id)
    assert row.status is Outcome(word).status
    assert (row.decision, row.via, row.delivered_at, row.due_at) == (word, "timeout", LATE, None)
    assert [(it["event"], it["decision"]) for it in world.announced()] == [("review.decided", word)]
    assert world.story(review)[-1] == (
        "review.decided",
        "timeout",
        "",
        f"{word}: Nobody decided within 24 hours.",
    )


@pytest.mark.parametrize("on_timeout", ["fail", "reject", "approve"])
@pytest.mark.parametrize("ago", [timedelta(minutes=5), timedelta(milliseconds=1)])
def test_who_decided_in_time_is_heard_even_if_the_decision_was_cut_off(
    world: World, on_timeout: str, ago: timedelta
) -> None:
    review = make_review()
    world.add(review)
    claim(world, review, ago)

    answer = close(world, review, on_timeout)

    assert (answer["decision"], answer["reviewer"], answer["via"]) == ("rejected", "ann", "link")
    row = world.store.get(review.review_id)
    assert (row.status, row.delivered_at) == (Status.REJECTED, None)
    assert world.announced() == [], "whoever decided tells it, or the sweeper"


@pytest.mark.parametrize("on_timeout", ["fail", "reject", "approve"])
def test_a_second_try_after_a_failed_first_answers_the_same(world: World, on_timeout: str) -> None:
    review = make_review()
    world.add(review)

    assert close(world, review, on_timeout) == close(world, review, on_timeout)

    assert len(world.announced()) == 1
    event = "review.expired" if on_timeout == "fail" else "review.decided"
    assert [entry[:2] for entry in world.story(review)] == [
        ("review.requested", ""),
        (event, "timeout"),
    ]


def test_the_latest_review_of_an_execution_answers_but_a_persons_word_goes_first(
    world: World,
) -> None:
    first = make_review()
    second = make_review(review_id="1" * 32, requested_at=NOW + timedelta(minutes=1))
    world.add(first)
    world.add(second)

    assert close(world, first)["review_id"] == second.review_id

    third = make_review(review_id="2" * 32, requested_at=NOW + timedelta(minutes=2))
    world.add(third)
    claim(world, third, timedelta(minutes=3))
    world.add(make_review(review_id="3" * 32, requested_at=NOW + timedelta(minutes=4)))
    assert close(world, first, "approve")["review_id"] == third.review_id


@both_forms
def test_the_end_of_the_execution_cancels_what_still_waits(
    world: World, aws_calls: list[str]
) -> None:
    review = a_review(world)
    world.add(review)
    aws_calls.clear()

    end_of_caller(world, review, cause="maintenance")
    assert aws_calls == ["Query", "GetItem", "UpdateItem", "Publish", "ExecuteTransaction"]
    end_of_caller(world, review, cause="another word for the same")

    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (Status.CANCELLED, None)
    [told] = world.announced()
    assert (told["event"], told["reason"], told["requested_by"]) == (
        "review.cancelled",
        # The event of a durable execution has no cause.
        f"Somebody stopped the execution{'' if review.callback_id else ': maintenance'}.",
        review.requested_by,
    )


@both_forms
def test_the_end_of_the_execution_leaves_a_decision_alone(world: World) -> None:
    review = a_review(world)
    world.add(review)
    claim(world, review, timedelta(minutes=5))

    world.clock.moment = LATE
    end_of_caller(world, review, "FAILED", error="Elsewhere")

    assert world.store.get(review.review_id).status is Status.REJECTED
    assert world.announced() == []


@both_forms
def test_an_execution_that_ends_after_the_deadline_without_closing_expires_its_review(
    world: World,
) -> None:
    review = a_review(world)
    world.add(review)

    world.clock.moment = LATE
    end_of_caller(world, review, "FAILED", error="Lambda.Unknown")

    assert world.store.get(review.review_id).status is Status.EXPIRED
    assert [it["event"] for it in world.announced()] == ["review.expired"]


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

    close_ended(world.gate, ended(review, status, **why))

    [line] = [vars(record) for record in caplog.records if record.message == "execution.ended"]
    assert (line["event"], line["planned"]) == ("execution.ended", planned)
    assert (line["execution"], line["status"]) == (review.execution_arn, status)
    assert "wrong month" not in str(line), "what people wrote stays out of the logs"


def test_only_overdue_reviews_of_the_same_execution_are_closed(world: World) -> None:
    overdue = make_review()
    later = make_review(review_id="1" * 32, deadline=LATE + timedelta(hours=1))
    elsewhere = make_review(review_id="2" * 32, execution_arn="arn:elsewhere")
    for review in (overdue, later, elsewhere):
        world.add(review)

    close(world, overdue)

    statuses = [world.store.get(it.review_id).status for it in (overdue, later, elsewhere)]
    assert statuses == [Status.EXPIRED, Status.PENDING, Status.PENDING]


def test_a_late_function_clock_does_not_keep_the_review_open(world: World) -> None:
    review = make_review(deadline=LATE + timedelta(seconds=1))
    world.add(review)

    close(world, review)

    assert world.store.get(review.review_id).status is Status.EXPIRED


@pytest.mark.parametrize("on_timeout", ["fail", "reject", "approve"])
def test_where_nobody_was_asked_silence_approves_nothing(world: World, on_timeout: str) -> None:
    assert close(world, make_review(), on_timeout)["decision"] == "expired"
