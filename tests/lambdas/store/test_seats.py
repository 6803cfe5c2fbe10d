"""Seats of an asker: one for each pending review, and never more than there are."""

from datetime import timedelta

from lambdas.shared.review.review import Status
from lambdas.shared.store.seats import SEATS, take_seat
from tests.lambdas.conftest import NOW, World, make_review, new_review_id

CI, NIGHTLY = "role ci", "role nightly"
LATER = NOW + timedelta(minutes=2)


def fill(world: World, asker: str = CI) -> list[str]:
    """Take all seats, and store no review."""
    ids = [new_review_id() for _ in range(SEATS)]
    assert all(take_seat(world.store, asker, review_id, NOW) for review_id in ids)
    return ids


def test_a_burst_gets_no_more_seats_than_there_are(world: World) -> None:
    fill(world)

    assert not take_seat(world.store, CI, new_review_id(), NOW)


def test_every_asker_has_its_own(world: World) -> None:
    fill(world)

    assert take_seat(world.store, NIGHTLY, new_review_id(), NOW)


def test_a_seat_whose_review_was_never_stored_is_free_after_a_minute(world: World) -> None:
    fill(world)

    assert take_seat(world.store, CI, new_review_id(), LATER)


def test_seats_of_pending_reviews_stay_taken_and_those_of_others_are_free(world: World) -> None:
    ids = fill(world)
    deadline = LATER + timedelta(hours=1)
    for review_id in ids:
        world.store.add(make_review(review_id=review_id, deadline=deadline))
    assert not take_seat(world.store, CI, new_review_id(), LATER)

    world.store.end(ids[0], Status.PENDING, Status.CANCELLED, "", LATER)
    assert take_seat(world.store, CI, new_review_id(), LATER)
    assert not take_seat(world.store, CI, new_review_id(), LATER)

    assert take_seat(world.store, CI, new_review_id(), deadline)
