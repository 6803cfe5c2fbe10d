"""Every write of every path conflicts several times, without any effect on the outcome."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.cancel import cancel
from lambdas.domain.lifecycle.decide import DecisionInput, decide
from lambdas.domain.lifecycle.end import end
from lambdas.domain.lifecycle.remind import remind_now
from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.lifecycle.undelivered import Undelivered, report
from lambdas.domain.review.errors import NotAllowed
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import UNVERIFIED, Decision, Outcome, Review, Status, Way
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.store.claims import claim
from lambdas.domain.store.conflicts import SLACK_RETRIES
from lambdas.domain.store.due import Due, back_off
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.store.visits import open_review
from tests.faults import conflicts
from tests.http_stub import http_stub
from tests.lambdas.conftest import NOW, World, before_each_call, make_review, new_review_id
from tests.lambdas.slack.channels import asked, bot_channel, notify_of, posted_as

ANN = Actor(person="U1ANN", via=Way.SLACK, slack_team="T1")
BOB = Actor(person="U2BOB", via=Way.SLACK, slack_team="T1")
KIM = Actor(identity="arn:aws:iam::123456789012:user/kim")
LINK = Actor(person=UNVERIFIED, via=Way.LINK, source_address="203.0.113.7")
PLAN = TimePlan(remind_before=(timedelta(hours=2),), escalate_before=timedelta(hours=1))
TWO = Rules(required_approvals=2)


def requested(world: World, review: Review) -> None:
    pass


def opened(world: World, review: Review) -> None:
    for _ in range(2):
        open_review(world.store, review.review_id, "approve", world.clock(), LINK)


def refused(world: World, review: Review) -> None:
    for by in (LINK, LINK, ANN):
        rules = Rules(links_decide=False, reviewers=frozenset({"U2BOB"}))
        with pytest.raises(NotAllowed):
            decide(world.gate, rules, review.review_id, Outcome.APPROVED, DecisionInput(), by)


def decided(world: World, review: Review) -> None:
    decide(world.gate, Rules(), review.review_id, Outcome.APPROVED, DecisionInput(), ANN)


def approved_by_two(world: World, review: Review) -> None:
    for by in (ANN, BOB):
        decide(world.gate, TWO, review.review_id, Outcome.APPROVED, DecisionInput(), by)


def cancelled(world: World, review: Review) -> None:
    cancel(world.gate, review.review_id, "why", KIM)


def ended(world: World, review: Review) -> None:
    end(world.gate, review, Status.CANCELLED, "why")


def undelivered(world: World, review: Review) -> None:
    message = Undelivered(event=Event.REQUESTED, linked_id=review.linked_id, why="Slack was away")
    report(world.gate, message)


def reminded_on_request(world: World, review: Review) -> None:
    remind_now(world.gate, review.review_id, KIM)


def swept(world: World) -> None:
    sweep(world.gate, PLAN, None, "dev", lambda: 60)


def reminded_and_escalated(world: World, review: Review) -> None:
    for before in (timedelta(hours=2), timedelta(hours=1)):
        world.clock.moment = review.deadline - before
        swept(world)


def put_off(world: World, review: Review) -> None:
    due = Due(
        review_id=review.review_id,
        due_at=review.due_at or NOW,
        is_pending=True,
        requested_at=review.requested_at,
        deadline=review.deadline,
        approvals=0,
        failures=0,
    )
    back_off(world.store, due, NOW)


def expired(world: World, review: Review) -> None:
    world.clock.moment = review.deadline
    swept(world)


def finished_by_the_sweeper(world: World, review: Review) -> None:
    decision = Decision(
        decision=Outcome.REJECTED, reviewer="U1ANN", reason="no", via=Way.SLACK, decided_at=NOW
    )
    claim(world.store, review.review_id, decision, needed=1, barred=())
    world.clock.advance(minutes=1)
    swept(world)


PATHS: list[Callable[[World, Review], None]] = [
    requested,
    opened,
    refused,
    decided,
    approved_by_two,
    cancelled,
    ended,
    undelivered,
    expired,
    put_off,
    reminded_on_request,
    reminded_and_escalated,
    finished_by_the_sweeper,
]


def outcome(world: World, path: Callable[[World, Review], None]) -> dict[str, Any]:
    """The outcome of a path for a new review, without values that differ between reviews."""
    world.clock.moment = NOW
    review = world.waiting_review(review_id=new_review_id(), due_at=NOW + timedelta(hours=22))
    path(world, review)
    row = world.store.get(review.review_id)
    if row.due_at:  # so that the next sweep processes the next review only
        world.store.change(review.review_id, {"due_at": NOW + timedelta(days=99)})
    return {
        "status": row.status,
        "reviewer": row.reviewer,
        "approvals": row.approvals,
        "counts": (row.opened, row.undelivered, [it.times for it in row.refusals.values()]),
        "done": (row.delivered_at is not None, row.due_at is None),
        "sent": (row.reminded_at is not None, row.escalated_at is not None),
        "waits": world.form.is_waiting(review),
        "record": world.story(review),
        "announced": [it["event"] for it in world.announced()],
    }


@pytest.mark.parametrize("path", PATHS)
def test_conflicts_change_nothing(
    world: World, path: Callable[[World, Review], None], caplog: pytest.LogCaptureFixture
) -> None:
    undisturbed = outcome(world, path)
    quiet = [it.getMessage() for it in caplog.records if it.levelno > logging.INFO]
    caplog.clear()

    with conflicts(boto3.client("dynamodb"), 2):
        disturbed = outcome(world, path)

    assert disturbed == undisturbed
    assert [it.getMessage() for it in caplog.records if it.levelno > logging.INFO] == quiet


def test_conflicts_repeat_no_message_and_lose_no_note(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with http_stub(posted_as()) as slack, conflicts(boto3.client("dynamodb"), 2):
        review = world.waiting_review()
        channel = bot_channel(world, slack)
        for _ in range(2):
            notify_of(channel, Event.REQUESTED, review)
        decided(world, review)
        for _ in range(2):
            notify_of(channel, Event.DECIDED, review)

    assert [method for method, _ in asked(slack)] == ["chat.postMessage", "chat.update"]
    story = [event for event, *_ in world.story(review)]
    assert story.count("review.notified") == 2
    assert not [it for it in caplog.records if it.levelno > logging.INFO]


def test_a_note_is_released_despite_conflicts(world: World) -> None:
    with http_stub(posted_as()) as slack, conflicts(boto3.client("dynamodb"), 2):
        review = world.waiting_review()
        channel = bot_channel(world, slack)
        notify_of(channel, Event.EXPIRED, review)  # it has not expired
        end(world.gate, review, Status.EXPIRED, "No decision.")
        notify_of(channel, Event.EXPIRED, review)

    assert len(asked(slack)) == 1


def test_an_endless_conflict_raises_the_aws_error_and_decides_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = world.waiting_review()
    waited: list[float] = []
    patience = replace(SLACK_RETRIES, clock=lambda: sum(waited), sleep=waited.append)
    store = ReviewStore(world.store.client, world.table, world.audit_log, patience)
    gate = replace(world.gate, store=store)
    calls: list[str] = []
    with (
        conflicts(world.store.client, 1000),
        before_each_call(monkeypatch, lambda operation, _: calls.append(operation)),
        pytest.raises(ClientError, match="TransactionConflictException"),
    ):
        decide(gate, Rules(), review.review_id, Outcome.APPROVED, DecisionInput(), ANN)

    assert set(calls) == {"UpdateItem"}
    assert len(calls) == len(waited) + 1
    assert sum(waited) <= SLACK_RETRIES.seconds
    assert world.store.get(review.review_id) == review
    decided(world, review)
    assert world.execution_output(review)["output"]["decision"] == "approved"


def test_a_conflicting_request_is_stored_once_with_its_audit_entry(world: World) -> None:
    with conflicts(boto3.client("dynamodb"), 5):
        review = make_review()
        world.add(review)

    assert world.store.get(review.review_id) == review
    assert [event for event, *_ in world.story(review)] == ["review.requested"]
    assert json.dumps(world.announced()) == "[]"
