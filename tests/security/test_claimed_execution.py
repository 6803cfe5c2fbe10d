"""Somebody who may ask claims another caller's execution, or makes up what answers it."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from lambdas.shared.lifecycle.close import close_ended
from lambdas.shared.lifecycle.sweep import sweep
from lambdas.shared.review.errors import InvalidInput
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Outcome, Review, Status, Way
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.runtime import times
from tests.lambdas.conftest import World, both_forms
from tests.lambdas.test_functions import payload, request_review

__all__ = ["request_review"]
Ask = Callable[..., ModuleType]
ANN = Actor(person="U1ANN", via=Way.SLACK)


def lunch(world: World, request_review: Ask, victim: Review, **changes: Any) -> Review:
    """Ask for something harmless in the victim's name."""
    claimed = {
        "executionArn": victim.execution_arn,
        "taskToken": "junk",
        "request": {"title": "Lunch?", "timeout": "20s"},
    }
    request_review().handle(payload(**claimed | changes), None)
    [asked] = [it for it in world.announced() if it["title"] == "Lunch?"]
    return world.store.get(asked["review_id"])


def swept_after(world: World, review: Review, **later: float) -> None:
    world.clock.moment = review.deadline + timedelta(**later)
    sweep(world.gate, TimePlan(), None, "dev", lambda: 60)


@both_forms
def test_an_approval_of_another_question_is_not_the_victims(
    world: World, request_review: Ask
) -> None:
    victim = world.waiting_review(deadline=times.now() + timedelta(days=1))
    forged = lunch(world, request_review, victim)

    world.clock.moment = forged.requested_at
    with pytest.raises(Exception, match="no longer waits"):
        world.deciding()(forged.review_id, Outcome.APPROVED, "", ANN)
    swept_after(world, forged, minutes=1)

    assert world.form.is_waiting(victim)
    swept_after(world, victim)
    answer = world.form.end(victim).answer
    assert (answer["review_id"], answer["decision"]) == (victim.review_id, "expired")


@both_forms
def test_the_end_of_a_claimed_execution_takes_the_claim_along_and_not_the_victim(
    world: World, request_review: Ask
) -> None:
    """The victim's own review ends with its execution; a later one of the same ARN does not."""
    victim = world.waiting_review()
    ended_at = (victim.requested_at - timedelta(minutes=1)).timestamp() * 1000

    end = {"executionArn": victim.execution_arn, "status": "ABORTED", "stopDate": ended_at}
    close_ended(world.gate, end)

    assert world.store.get(victim.review_id).status is Status.PENDING
    assert world.form.is_waiting(victim)


def test_a_host_cannot_hand_over_a_callback_nor_a_function_a_token(request_review: Ask) -> None:
    for handed, wanted in (("callbackId", "taskToken"), ("taskToken", "callbackId")):
        event = payload()
        event.pop("taskToken")
        event[handed] = "secret"
        with pytest.raises(InvalidInput, match=f"the gate was handed no {wanted}"):
            request_review(caller_id=wanted).handle(event, None)


def test_neighbours_in_one_execution_get_their_own_answers(world: World) -> None:
    """As in a `Map`: one execution, three questions, three tokens."""
    asked = [world.waiting_review(context=n) for n in range(3)]
    arn = asked[0].execution_arn
    reviews = [
        world.waiting_review(context=n, execution_arn=arn, deadline=asked[n].deadline)
        for n in range(3)
    ]
    world.clock.moment = reviews[0].requested_at
    decide = world.deciding()
    decide(reviews[0].review_id, Outcome.APPROVED, "", ANN)
    decide(reviews[1].review_id, Outcome.REJECTED, "no", ANN)
    swept_after(world, reviews[2])

    rows = [world.store.get(it.review_id) for it in reviews]
    assert [row.status for row in rows] == [Status.APPROVED, Status.REJECTED, Status.EXPIRED]
