"""Retention: DynamoDB deletes expired reviews and notes; the audit log stays."""

from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.lifecycle.end import end
from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.review.events import Actor, Announced, Event
from lambdas.domain.review.review import EXPIRES_AT, Outcome, Review, Status, Way
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.runtime.clients import client
from lambdas.domain.store.rows import values
from lambdas.domain.store.slack_notes import SlackNotes
from tests.lambdas.conftest import KEEP, World

BOB = Actor(person="bob", via=Way.SLACK)


def row(world: World, review: Review, table: str = "") -> dict[str, Any]:
    key = values({"review_id": review.review_id})
    answer = client("dynamodb").get_item(TableName=table or world.table, Key=key)
    return dict(answer.get("Item", {}))


def expires_at(review: Review) -> dict[str, str]:
    return {"N": str(int((review.end_time + KEEP).timestamp()))}


@pytest.fixture
def notes(world: World) -> SlackNotes:
    dynamodb = client("dynamodb")
    return SlackNotes(dynamodb, world.table, world.notes_table, world.audit_log, keep=KEEP)


def settle_note(notes: SlackNotes, world: World, review: Review, event: Event) -> None:
    taken, _ = notes.take(Announced(event=event, review_id=review.review_id), world.clock())
    assert taken
    notes.settle(taken, review, world.clock(), "posted")


def test_a_pending_review_does_not_expire(world: World) -> None:
    assert EXPIRES_AT not in row(world, world.waiting_review())


@pytest.mark.parametrize("outcome", Outcome)
def test_a_decided_review_is_kept_for_the_retention_time_after_its_decision(
    world: World, outcome: Outcome
) -> None:
    review = world.waiting_review()

    world.deciding()(review.review_id, outcome, "because", BOB)

    decided = world.store.get(review.review_id)
    assert decided.decided_at == decided.end_time
    assert row(world, review)[EXPIRES_AT] == expires_at(decided)


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED, Status.UNDELIVERED])
def test_a_review_without_a_decision_is_kept_for_the_retention_time_after_its_end(
    world: World, status: Status
) -> None:
    review = world.waiting_review()

    end(world.gate, review, status, "because")

    ended = world.store.get(review.review_id)
    assert ended.ended_at == ended.end_time
    assert row(world, review)[EXPIRES_AT] == expires_at(ended)


def test_an_unfinished_ending_does_not_expire(world: World) -> None:
    review = world.waiting_review()
    world.store.end(review.review_id, Status.PENDING, Status.CANCELLED, "cut off", world.clock())
    assert EXPIRES_AT not in row(world, review)

    world.clock.advance(minutes=5)
    sweep(world.gate, TimePlan(), None, "dev", lambda: 60)

    assert row(world, review)[EXPIRES_AT] == expires_at(world.store.get(review.review_id))


def test_an_expired_row_is_read_until_it_is_deleted(world: World) -> None:
    review = world.waiting_review()
    end(world.gate, review, Status.CANCELLED, "because")
    world.clock.advance(days=KEEP.days + 3)

    assert world.store.get(review.review_id).status is Status.CANCELLED


def test_the_audit_log_does_not_expire(world: World) -> None:
    review = world.waiting_review()
    end(world.gate, review, Status.CANCELLED, "because")

    entries = client("dynamodb").query(
        TableName=world.audit_log_table,
        KeyConditionExpression="review_id = :id",
        ExpressionAttributeValues=values({":id": review.review_id}),
    )["Items"]

    assert len(entries) == 2
    assert not [entry for entry in entries if EXPIRES_AT in entry]


def test_notes_are_kept_as_long_as_their_review(world: World, notes: SlackNotes) -> None:
    review = world.waiting_review()
    settle_note(notes, world, review, Event.REQUESTED)
    assert row(world, review, world.notes_table)[EXPIRES_AT] == expires_at(review)

    end(world.gate, review, Status.CANCELLED, "because")
    ended = world.store.get(review.review_id)
    settle_note(notes, world, ended, Event.CANCELLED)

    assert row(world, review, world.notes_table)[EXPIRES_AT] == expires_at(ended)


def test_unsettled_notes_expire_too(world: World, notes: SlackNotes) -> None:
    review, now = world.waiting_review(), world.clock()

    notes.take(Announced(event=Event.REQUESTED, review_id=review.review_id), now)

    until = int(row(world, review, world.notes_table)[EXPIRES_AT]["N"])
    assert until == int((now + timedelta(days=364) + KEEP).timestamp())
    assert until > int(expires_at(review)["N"])


def test_a_failed_message_does_not_keep_the_notes_longer(world: World, notes: SlackNotes) -> None:
    review = world.waiting_review()
    settle_note(notes, world, review, Event.REQUESTED)

    taken, _ = notes.take(
        Announced(event=Event.CANCELLED, review_id=review.review_id), world.clock()
    )
    assert taken
    notes.release(taken)

    assert row(world, review, world.notes_table)[EXPIRES_AT] == expires_at(review)
