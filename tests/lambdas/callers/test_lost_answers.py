"""Decisions whose caller has ended, or whose delivery got no response, for all forms of caller."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

import pytest
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.review.errors import AlreadyDecided, NotDelivered, ReviewEnded
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Review, Status, Way
from lambdas.domain.review.time_plan import TimePlan
from tests.lambdas.conftest import World, both_forms
from tests.lambdas.waiting import FORMS

REFUSED = [(name, code) for name, form in FORMS.items() for code in form().refusals]


def decide(
    world: World,
    review: Review,
    outcome: Outcome = Outcome.APPROVED,
    reviewer: str = "ann",
    reason: str = "looks fine",
) -> Review:
    by = Actor(person=reviewer, via=Way.LINK, source_address="203.0.113.7")
    return world.deciding()(review.review_id, outcome, reason, by)


@contextmanager
def broken(
    monkeypatch: pytest.MonkeyPatch, world: World, problem: Exception, *, takes: bool = False
) -> Generator[None]:
    """Fail each answer to a caller with `problem`, delivered first if `takes` is true."""
    original = cast("Callable[..., Any]", getattr(BaseClient, "_make_api_call"))  # noqa: B009

    def call(self: BaseClient, operation: str, parameters: Any) -> Any:
        if operation not in world.form.answers:
            return original(self, operation, parameters)
        if takes:
            original(self, operation, parameters)
        raise problem

    with monkeypatch.context() as patched:
        patched.setattr(BaseClient, "_make_api_call", call)
        yield


def error(code: str, retries: int = 0) -> ClientError:
    """The AWS error after this number of botocore retries without a response."""
    tried = {"RetryAttempts": retries}
    response: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": tried}
    return ClientError(response, "Answer")


def unreachable() -> ReadTimeoutError:
    return ReadTimeoutError(endpoint_url="https://aws.invalid")


@both_forms
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_lost_response_to_a_delivered_decision_is_a_success(
    world: World, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    review = world.waiting_review()

    # The response to botocore's own retry.
    with broken(monkeypatch, world, error(world.form.refusals[0], retries=1), takes=True):
        decided = decide(world, review, outcome)

    assert decided.status is outcome.status
    assert world.store.get(review.review_id).delivered_at is not None
    assert len(world.announced()) == 1


@pytest.mark.parametrize(("world", "code"), REFUSED, indirect=["world"])
def test_the_review_of_an_ended_caller_is_cancelled_at_the_first_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch, aws_calls: list[str], code: str
) -> None:
    review = world.waiting_review()
    aws_calls.clear()

    with broken(monkeypatch, world, error(code)), pytest.raises(ReviewEnded) as over:
        decide(world, review)

    assert not {it for it in aws_calls if "History" in it}, "nothing needs to be looked up"
    assert over.value.review.status is Status.CANCELLED
    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (Status.CANCELLED, None)
    assert row.ended_because == "The caller is no longer waiting for an answer."
    assert [it["event"] for it in world.announced()] == ["review.cancelled"]


@both_forms
def test_the_review_of_a_stopped_caller_is_cancelled(world: World) -> None:
    review = world.waiting_review()
    world.form.stop(review)

    with pytest.raises(ReviewEnded):
        decide(world, review)

    assert world.store.get(review.review_id).status is Status.CANCELLED


@both_forms
def test_an_unconfirmed_delivery_is_decided_recorded_and_logged_as_a_problem(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    review = world.waiting_review()

    with broken(monkeypatch, world, error(world.form.refusals[0], retries=2)):
        decided = decide(world, review)

    assert decided.status is Status.APPROVED
    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (Status.APPROVED, None)
    assert [it["event"] for it in world.announced()] == ["review.decided"]
    assert world.story(review)[-1][3] == "approved: looks fine (delivery unconfirmed)"
    assert "delivery.unconfirmed" in [vars(it).get("event") for it in caplog.records]


@both_forms
@pytest.mark.parametrize("problem", [error("ThrottlingException"), unreachable()])
def test_a_decision_is_kept_for_a_retry_if_the_service_is_unreachable(
    world: World, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    review = world.waiting_review()

    with broken(monkeypatch, world, problem), pytest.raises(NotDelivered):
        decide(world, review)

    row = world.store.get(review.review_id)
    assert (row.status, row.delivered_at) == (Status.APPROVED, None)


@both_forms
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_second_click_of_the_same_person_finishes_an_interrupted_decision(
    world: World, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    review = world.waiting_review()
    with broken(monkeypatch, world, unreachable()), pytest.raises(NotDelivered):
        decide(world, review, outcome)
    world.clock.advance(seconds=30)

    again = decide(world, review, outcome, reason="a new reason changes nothing")

    assert again.status is outcome.status
    assert world.form.end(review).answer["reason"] == "looks fine"
    assert len(world.announced()) == 1


@both_forms
@pytest.mark.parametrize(
    ("seconds", "outcome", "reviewer"),
    [
        (5, Outcome.APPROVED, "ann"),
        (30, Outcome.REJECTED, "ann"),
        (30, Outcome.APPROVED, "bob"),
    ],
    ids=["while the first may be in progress", "the other decision", "another person"],
)
def test_an_interrupted_decision_cannot_be_finished_by_others_or_changed(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: int, outcome: Outcome, reviewer: str
) -> None:
    review = world.waiting_review()
    with broken(monkeypatch, world, unreachable()), pytest.raises(NotDelivered):
        decide(world, review)
    world.clock.advance(seconds=seconds)

    with pytest.raises(AlreadyDecided):
        decide(world, review, outcome, reviewer=reviewer)

    assert world.form.is_waiting(review)


@both_forms
@pytest.mark.parametrize("many", [4, pytest.param(100, marks=pytest.mark.soak)])
def test_decisions_with_lost_responses_all_complete(
    world: World, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    original = cast("Callable[..., Any]", getattr(Endpoint, "_get_response"))  # noqa: B009
    cut: list[str] = []

    def cut_off(self: Endpoint, request: Any, operation: Any, context: Any) -> Any:
        answer = original(self, request, operation, context)
        if operation.name not in world.form.answers:
            return answer
        cut.append(operation.name)
        return None, ConnectionClosedError(endpoint_url=request.url)

    reviews = [world.waiting_review() for _ in range(many)]
    desk = world.deciding()

    def decided(numbered: tuple[int, Review]) -> Review:
        number, review = numbered
        outcome = list(Outcome)[number % 2]
        by = Actor(person="U1ANN", via=Way.SLACK)
        try:
            return desk(review.review_id, outcome, "because", by)
        except NotDelivered as late:  # the history did not show it yet
            return late.review

    monkeypatch.setattr(Endpoint, "_get_response", cut_off)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(decided, enumerate(reviews)))
    world.clock.advance(minutes=2)
    sweep(world.gate, TimePlan(), None, "dev", lambda: 60)

    expected = [list(Outcome)[number % 2] for number in range(many)]
    assert [answer.status for answer in answers] == [outcome.status for outcome in expected]
    rows = [world.store.get(review.review_id) for review in reviews]
    assert [(row.status, row.due_at) for row in rows] == [(it.status, None) for it in expected]
    assert [world.form.end(review).answer["decision"] for review in reviews] == expected
    assert len(world.announced()) == many
    assert len(cut) > many, "every response was lost, and the history was read"
    assert {row.status for row in rows} == {Status.APPROVED, Status.REJECTED}
