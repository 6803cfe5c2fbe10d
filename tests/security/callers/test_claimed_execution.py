"""A caller claims another caller's execution, or forges a task token or callback id."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from lambdas.domain.lifecycle.close import close_reviews_of_execution
from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Review, Status, Way
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.runtime import times
from tests.lambdas.conftest import World, both_forms
from tests.lambdas.test_functions import payload

Ask = Callable[..., ModuleType]
ANN = Actor(person="U1ANN", via=Way.SLACK)


def forged_request(world: World, request_review: Ask, victim: Review, **changes: Any) -> Review:
    """Request a harmless review in the victim's name."""
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
def test_an_approval_of_the_attackers_review_does_not_answer_the_victim(
    world: World, request_review: Ask
) -> None:
    victim = world.waiting_review(deadline=times.now() + timedelta(days=1))
    forged = forged_request(world, request_review, victim)

    world.clock.moment = forged.requested_at
    with pytest.raises(Exception, match="no longer waiting"):
        world.deciding()(forged.review_id, Outcome.APPROVED, "", ANN)
    swept_after(world, forged, minutes=1)

    assert world.form.is_waiting(victim)
    swept_after(world, victim)
    answer = world.form.end(victim).answer
    assert (answer["review_id"], answer["decision"]) == (victim.review_id, "expired")


@both_forms
def test_an_end_before_the_request_cancels_nothing(world: World) -> None:
    """As for a delayed event, or an execution that is claimed afterwards."""
    victim = world.waiting_review()
    ended_at = (victim.requested_at - timedelta(minutes=1)).timestamp() * 1000

    end = {"executionArn": victim.execution_arn, "status": "ABORTED", "stopDate": ended_at}
    close_reviews_of_execution(world.gate, end)

    assert world.store.get(victim.review_id).status is Status.PENDING
    assert world.form.is_waiting(victim)


def test_a_host_cannot_pass_a_callback_and_a_function_cannot_pass_a_token(
    request_review: Ask,
) -> None:
    for handed, wanted in (("callbackId", "taskToken"), ("taskToken", "callbackId")):
        event = payload()
        event.pop("taskToken")
        event[handed] = "secret"
        with pytest.raises(InvalidInput, match=f"{wanted} is missing"):
            request_review(caller_id=wanted).handle(event, None)


@both_forms
def test_concurrent_requests_of_one_execution_get_their_own_answers(world: World) -> None:
    """As in a `Map`: one execution, three requests, three tokens."""
    callers = [world.form.ask() for _ in range(3)]
    one = {"execution_arn": callers[0]["execution_arn"]}
    reviews = [world.waiting_review(**it | one, context=n) for n, it in enumerate(callers)]
    decide = world.deciding()
    decide(reviews[0].review_id, Outcome.APPROVED, "", ANN)
    decide(reviews[1].review_id, Outcome.REJECTED, "no", ANN)
    swept_after(world, reviews[2])

    answers = [
        world.form.end(replace(review, execution_arn=caller["execution_arn"])).answer
        for review, caller in zip(reviews, callers, strict=True)
    ]
    assert [(it["context"], it["decision"]) for it in answers] == [
        (0, "approved"),
        (1, "rejected"),
        (2, "expired"),
    ]
