"""When nobody decides."""

from datetime import timedelta

import pytest

from lambdas.shared.expiry import close_overdue
from lambdas.shared.reviews import Decision, Outcome, Review, Status, Way
from tests.lambdas.conftest import NOW, World, make_review

LATE = NOW + timedelta(hours=24)


def close(world: World, review: Review, on_timeout: str = "fail") -> dict[str, str]:
    return close_overdue(
        world.store,
        world.announcer,
        execution_arn=review.execution_arn,
        on_timeout=on_timeout,
        now=LATE,
    )


def claim(world: World, review: Review, ago: timedelta) -> None:
    decision = Decision(
        decision=Outcome.APPROVED,
        reviewer="ann",
        reason="why",
        via=Way.LINK,
        decided_at=LATE - ago,
    )
    world.store.claim(review.review_id, decision, needed=1, own=True)


def test_silence_expires_the_review_and_tells_the_channel(world: World) -> None:
    review = make_review()
    world.store.add(review)

    answer = close(world, review)

    assert answer == {
        "review_id": review.review_id,
        "decision": "expired",
        "reviewer": "",
        "reason": "Nobody decided within 24 hours.",
        "via": "timeout",
        "decided_at": "2026-11-23T14:05:09Z",
    }
    assert world.store.get(review.review_id).status is Status.EXPIRED
    announced = world.announced()
    assert [(it["event"], it["reason"]) for it in announced] == [
        ("review.expired", "Nobody decided within 24 hours.")
    ]


@pytest.mark.parametrize(("on_timeout", "word"), [("reject", "rejected"), ("approve", "approved")])
def test_silence_may_mean_a_decision(world: World, on_timeout: str, word: str) -> None:
    review = make_review()
    world.store.add(review)

    answer = close(world, review, on_timeout)

    assert (answer["decision"], answer["via"]) == (word, "timeout")
    row = world.store.get(review.review_id)
    assert row.status is Status.EXPIRED
    assert (row.decision, row.via) == (word, Way.TIMEOUT)
    assert [it["decision"] for it in world.announced()] == [word]


def test_a_decision_that_was_cut_off_long_before_the_deadline_gives_way(world: World) -> None:
    review = make_review()
    world.store.add(review)
    claim(world, review, timedelta(minutes=5))

    answer = close(world, review)

    assert world.store.get(review.review_id).status is Status.EXPIRED
    assert (answer["decision"], answer["reviewer"]) == ("expired", "")
    assert [(it["event"], it["decision"], it["reviewer"]) for it in world.announced()] == [
        ("review.expired", "", "")
    ]


def test_a_second_try_after_a_failed_first_answers_the_same(world: World) -> None:
    review = make_review()
    world.store.add(review)

    assert close(world, review, "reject") == close(world, review, "reject")

    assert world.store.get(review.review_id).status is Status.EXPIRED
    assert len(world.announced()) == 1
    assert [entry[:2] for entry in world.story(review)] == [
        ("review.requested", ""),
        ("review.expired", "timeout"),
    ]


def test_a_decision_on_its_way_at_the_deadline_is_left_to_its_own_function(world: World) -> None:
    review = make_review()
    world.store.add(review)
    claim(world, review, timedelta(seconds=1))

    close(world, review)

    assert world.store.get(review.review_id).status is Status.APPROVED
    assert world.announced() == []


def test_only_overdue_reviews_of_the_same_execution_are_closed(world: World) -> None:
    overdue = make_review()
    later = make_review(review_id="1" * 32, deadline=LATE + timedelta(hours=1))
    elsewhere = make_review(review_id="2" * 32, execution_arn="arn:elsewhere")
    for review in (overdue, later, elsewhere):
        world.store.add(review)

    close(world, overdue)

    statuses = [world.store.get(it.review_id).status for it in (overdue, later, elsewhere)]
    assert statuses == [Status.EXPIRED, Status.PENDING, Status.PENDING]


def test_a_late_function_clock_does_not_keep_the_review_open(world: World) -> None:
    review = make_review(deadline=LATE + timedelta(seconds=1))
    world.store.add(review)

    close(world, review)

    assert world.store.get(review.review_id).status is Status.EXPIRED


@pytest.mark.parametrize("on_timeout", ["fail", "reject", "approve"])
def test_where_nobody_was_asked_silence_approves_nothing(world: World, on_timeout: str) -> None:
    assert close(world, make_review(), on_timeout)["decision"] == "expired"
