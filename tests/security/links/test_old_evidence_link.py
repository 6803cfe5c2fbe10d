"""A person finds an evidence link in an old message, long after the decision."""

from datetime import timedelta

import pytest

from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime import times
from tests.lambdas.conftest import World, new_review_id
from tests.lambdas.web.conftest import FAR, Ask, decided, ended

WEEK = timedelta(days=7)


def evidence(ask: Ask, review: Review) -> int:
    page, program = (
        ask("GET", f"/evidence?review={review.linked_id}", json_wanted=json_wanted)
        for json_wanted in (False, True)
    )
    assert page["statusCode"] == program["statusCode"]
    expired = page["statusCode"] == 410
    assert ("7 days after the review ended" in page["body"]) is expired
    assert ("7 days after the review ended" in program["body"]) is expired
    return int(page["statusCode"])


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED, Status.UNDELIVERED])
def test_an_evidence_link_works_until_a_week_after_an_ending(
    world: World, ask: Ask, status: Status
) -> None:
    almost = times.now() - WEEK + timedelta(minutes=5)

    assert evidence(ask, ended(world, status, almost)) == 302
    assert evidence(ask, ended(world, status, times.now() - WEEK)) == 410


def test_an_evidence_link_works_until_a_week_after_a_decision(world: World, ask: Ask) -> None:
    assert evidence(ask, decided(world, times.now() - WEEK + timedelta(minutes=5))) == 302
    assert evidence(ask, decided(world, times.now() - WEEK)) == 410


def test_the_week_starts_at_the_deadline_of_an_unprocessed_review(world: World, ask: Ask) -> None:
    almost, over = (
        world.waiting_review(review_id=new_review_id(), deadline=times.now() - WEEK + more)
        for more in (timedelta(minutes=5), timedelta(0))
    )

    assert evidence(ask, almost) == 302
    assert evidence(ask, over) == 410


def test_a_review_pending_for_over_a_week_keeps_its_evidence(world: World, ask: Ask) -> None:
    waiting = world.waiting_review(requested_at=times.now() - 9 * WEEK, deadline=FAR)

    assert evidence(ask, waiting) == 302
