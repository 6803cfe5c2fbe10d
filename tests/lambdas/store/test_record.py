"""The record: the whole story of a review, in order."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.shared.review.errors import AlreadyDecided
from lambdas.shared.review.events import Actor, Event
from lambdas.shared.review.review import Outcome, Status, Way
from lambdas.shared.store.record import insert
from tests.lambdas.conftest import World
from tests.lambdas.lifecycle.test_decisions import decide
from tests.story import story

BOB = Actor(person="bob", via=Way.SLACK)


def test_the_story_of_a_review_is_read_back_in_order(world: World) -> None:
    review = world.waiting_review()
    world.clock.advance(seconds=1)
    decide(world, review, Outcome.REJECTED, reviewer="U1ANN", via=Way.SLACK, reason="wrong <month>")
    world.clock.advance(seconds=1)
    with pytest.raises(AlreadyDecided):
        decide(world, review, reviewer="unverified")

    assert world.story(review) == [
        ("review.requested", "", "U012ABCDEF", ""),
        ("review.decided", "slack", "U1ANN", "rejected: wrong <month>"),
        ("review.refused", "link", "unverified", "This review was already rejected by U1ANN."),
    ]


def test_an_entry_says_when_who_how_from_where_and_about_which_execution(world: World) -> None:
    review = world.waiting_review()
    decide(world, review)

    entry = story(boto3.client("dynamodb"), world.record_table, review.review_id)[-1]

    assert entry.pop("event_id").startswith("2026-11-22T14:05:09.00000")
    assert entry == {
        "review_id": review.review_id,
        "event": "review.decided",
        "execution_arn": review.execution_arn,
        "at": "2026-11-22T14:05:09Z",
        "person": "ann",
        "identity": "by link, identity not verified",
        "via": "link",
        "source_address": "203.0.113.7",
        "why": "approved: looks fine",
    }


def test_a_review_is_stored_with_its_first_entry_or_not_at_all(world: World) -> None:
    boto3.client("dynamodb").delete_table(TableName=world.record_table)

    with pytest.raises(ClientError):
        world.waiting_review()

    assert boto3.client("dynamodb").scan(TableName=world.table)["Items"] == []


def test_an_entry_cannot_be_written_over(world: World) -> None:
    review = world.waiting_review()
    client: Any = boto3.client("dynamodb")
    before = story(client, world.record_table, review.review_id)

    with pytest.raises(client.exceptions.DuplicateItemException):
        client.execute_statement(**insert(world.record_table, before[0] | {"person": "nobody"}))

    assert story(client, world.record_table, review.review_id) == before


def test_two_who_finish_the_same_decision_record_it_once(world: World) -> None:
    review = world.waiting_review()
    decided = decide(world, review)

    world.store.finish(Event.DECIDED, decided, world.clock(), BOB, "approved once more")

    assert [entry[0] for entry in world.story(review)] == ["review.requested", "review.decided"]
    assert world.store.get(review.review_id).status is Status.APPROVED
