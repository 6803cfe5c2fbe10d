"""The audit log: all entries of a review, in order."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.review.errors import AlreadyDecided, InvalidInput
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import Outcome, Review, Status, Way
from lambdas.domain.store.audit_log import PAGE_LIMIT, insert
from tests.lambdas.conftest import KEEP, World
from tests.lambdas.lifecycle.test_decisions import decide
from tests.story import story

BOB = Actor(person="bob", via=Way.SLACK)


def test_the_audit_entries_of_a_review_are_read_in_order(world: World) -> None:
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


def test_an_entry_has_time_person_way_address_and_execution(world: World) -> None:
    review = world.waiting_review()
    decide(world, review)

    entry = story(boto3.client("dynamodb"), world.audit_log_table, review.review_id)[-1]

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
    boto3.client("dynamodb").delete_table(TableName=world.audit_log_table)

    with pytest.raises(ClientError):
        world.waiting_review()

    assert boto3.client("dynamodb").scan(TableName=world.table)["Items"] == []


def test_an_entry_cannot_be_overwritten(world: World) -> None:
    review = world.waiting_review()
    client: Any = boto3.client("dynamodb")
    before = story(client, world.audit_log_table, review.review_id)

    with pytest.raises(client.exceptions.DuplicateItemException):
        client.execute_statement(
            **insert(world.audit_log_table, before[0] | {"person": "someone else"})
        )

    assert story(client, world.audit_log_table, review.review_id) == before


def test_a_decision_finished_twice_is_recorded_once(world: World) -> None:
    review = world.waiting_review()
    decided = decide(world, review)

    world.store.mark_done(Event.DECIDED, decided, world.clock(), BOB, "approved once more", KEEP)

    assert [entry[0] for entry in world.story(review)] == ["review.requested", "review.decided"]
    assert world.store.get(review.review_id).status is Status.APPROVED


def grown(world: World, number: int) -> Review:
    """A review with this number of entries of maximum length."""
    review = world.waiting_review()
    for n in range(number):
        at = world.clock.moment + timedelta(seconds=n + 1)
        world.audit_log.append(Event.APPROVAL, review, at, BOB, f"{n} " + "why " * 1000)
    return review


def test_the_audit_log_is_read_in_pages_with_one_call_each(
    world: World, aws_calls: list[str]
) -> None:
    review = grown(world, 2 * PAGE_LIMIT)
    aws_calls.clear()

    pages = [world.audit_log.page(review.review_id)]
    while pages[-1].next:
        pages.append(world.audit_log.page(review.review_id, pages[-1].next))

    assert aws_calls == ["Query"] * 3
    assert [len(it.entries) for it in pages] == [PAGE_LIMIT, PAGE_LIMIT, 1]
    numbers = [it.why.split()[0] for page in pages for it in page.entries[page is pages[0] :]]
    assert numbers == [str(n) for n in range(2 * PAGE_LIMIT)]


def test_the_latest_entries_are_read_without_the_others(world: World, aws_calls: list[str]) -> None:
    review = grown(world, 5)
    aws_calls.clear()

    latest, more = world.audit_log.latest(review.review_id, 3)
    everything, no_more = world.audit_log.latest(review.review_id, 6)

    assert aws_calls == ["Query"] * 2
    assert [it.why.split()[0] for it in latest] == ["2", "3", "4"]
    assert (more, len(everything), no_more) == (True, 6, False)


@pytest.mark.parametrize(
    "after",
    ["x", "W10=", "W1tdXQ==", "eyJhIjoxfQ==", "WyIiXQ==", "WzFd", "MQ==", "bnVsbA==", "W" * 9000],
)
def test_an_invalid_cursor_is_rejected(world: World, after: str) -> None:
    with pytest.raises(InvalidInput, match="next must be"):
        world.audit_log.page(world.waiting_review().review_id, after)


def test_a_cursor_of_another_reviews_audit_log_does_not_lead_there(world: World) -> None:
    mine, theirs = grown(world, 2 * PAGE_LIMIT), world.waiting_review()

    place = world.audit_log.page(mine.review_id).next

    assert world.audit_log.page(theirs.review_id, place).entries == []


DAMAGED: dict[str, dict[str, Any] | None] = {
    "at": {"S": "yesterday"},
    "event": {"NULL": True},
    "person": {"N": "7"},
    "via": None,
    "why": {"L": []},
}


@pytest.mark.parametrize("attribute", DAMAGED)
def test_an_unreadable_entry_is_omitted_and_logged(
    world: World, attribute: str, caplog: pytest.LogCaptureFixture
) -> None:
    review = world.waiting_review()
    client: Any = boto3.client("dynamodb")
    key = {"review_id": {"S": review.review_id}}
    entry = client.query(
        TableName=world.audit_log_table,
        KeyConditionExpression="review_id = :review_id",
        ExpressionAttributeValues={":review_id": key["review_id"]},
    )["Items"][0]
    entry |= {"event_id": {"S": "0"}, attribute: DAMAGED[attribute]}
    entry = {name: value for name, value in entry.items() if value}
    client.put_item(TableName=world.audit_log_table, Item=entry)

    page, (latest, _) = (
        world.audit_log.page(review.review_id),
        world.audit_log.latest(review.review_id, 9),
    )

    assert [it.event for it in page.entries] == ["review.requested"]
    assert latest == page.entries
    facts = [(vars(it)["event"], vars(it)["attribute"]) for it in caplog.records]
    assert facts == [("row.unreadable", attribute)] * 2
