"""Undelivered messages: the review ends at once with an error, and nothing is sent twice."""

import json
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import announcement, failure_announcement
from lambdas.domain.lifecycle.end import end
from lambdas.domain.lifecycle.undelivered import Undelivered, read_undelivered
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.events import Event
from lambdas.domain.review.review import Review, Status
from tests.lambdas.conftest import KEEP, World, both_forms, make_failure, make_review

Load = Callable[..., ModuleType]
NO_SERVICE = "Slack returned 404 'no_service' after 1 try"


def lambdas_record(message: Mapping[str, object], error: str = NO_SERVICE) -> str:
    """What Lambda sends to a function's on-failure destination."""
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": "2026-11-22T14:09:00.000Z",
            "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
            "requestPayload": {"Records": [{"Sns": {"Message": json.dumps(message)}}]},
            "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
            "responsePayload": {"errorMessage": error, "errorType": "SlackDeliveryFailed"},
        }
    )


def announcement_of(review: Review, event: Event = Event.REQUESTED) -> dict[str, str]:
    return announcement(event, review)


def from_queue(*bodies: str) -> dict[str, Any]:
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    return {"Records": records}


@pytest.fixture
def report(world: World, load_handler: Load) -> Callable[..., dict[str, Any]]:
    function = load_handler(
        "report_undelivered",
        REVIEWS_TABLE=world.table,
        AUDIT_LOG_TABLE=world.audit_log_table,
        NOTES_TABLE=world.notes_table,
        REVIEW_TOPIC_ARN=world.topic_arn,
        REQUIRED_APPROVALS="1",
        KEEP_REVIEWS_SECONDS="34560000",
    )
    return lambda *bodies: function.handle(from_queue(*bodies), None)


@both_forms
def test_an_undelivered_request_ends_its_review_and_its_execution(
    world: World, report: Callable[..., dict[str, Any]], aws_calls: list[str]
) -> None:
    review = world.waiting_review()
    aws_calls.clear()

    assert report(lambdas_record(announcement_of(review))) == {"batchItemFailures": []}

    assert aws_calls == [
        "UpdateItem",
        "ExecuteStatement",
        "GetItem",
        "UpdateItem",
        world.form.ends,
        "Publish",
        "ExecuteTransaction",
    ]
    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (Status.UNDELIVERED, None)
    end_of = world.form.end(review)
    why = f"The request did not reach Slack: {NO_SERVICE}."
    assert (end_of.answer["decision"], end_of.answer["reason"]) == ("undelivered", why)
    assert [(it["event"], it["reason"]) for it in world.announced()] == [
        ("review.undelivered", why)
    ]
    assert [event for event, *_ in world.story(review)] == [
        "review.requested",
        "review.not_notified",
        "review.undelivered",
    ]


@both_forms
def test_a_repeated_report_ends_the_review_once(
    world: World, report: Callable[..., dict[str, Any]]
) -> None:
    review = world.waiting_review()

    report(lambdas_record(announcement_of(review)), lambdas_record(announcement_of(review)))

    assert len(world.announced()) == 1


def test_a_review_decided_by_link_meanwhile_stays_decided(
    world: World, report: Callable[..., dict[str, Any]]
) -> None:
    review = world.waiting_review()
    end(world.gate, review, Status.CANCELLED, "why")
    world.announced()

    assert report(lambdas_record(announcement_of(review))) == {"batchItemFailures": []}

    assert world.store.get(review.review_id).status is Status.CANCELLED
    assert world.announced() == []


@pytest.mark.parametrize(
    "event", [Event.REMINDER, Event.ESCALATED, Event.DECIDED, Event.UNDELIVERED]
)
def test_another_undelivered_message_is_recorded_and_ends_nothing(
    world: World, report: Callable[..., dict[str, Any]], event: Event
) -> None:
    review = world.waiting_review()

    report(lambdas_record(announcement_of(review, event)))

    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.story(review)[-1][0] == "review.not_notified"
    assert world.story(review)[-1][3] == f"{event}: {NO_SERVICE}"
    assert world.announced() == []


def test_an_undelivered_failure_is_logged_and_nothing_else(
    world: World,
    report: Callable[..., dict[str, Any]],
    aws_calls: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    failure = make_failure()
    world.notes.add_failure(failure, KEEP)
    aws_calls.clear()

    answer = report(lambdas_record(failure_announcement(failure)))

    assert answer == {"batchItemFailures": []}, "the message must leave the queue"
    assert aws_calls == ["GetItem"]
    [line] = [vars(it) for it in caplog.records]
    assert (line["event"], line["review_id"], line["why"]) == (
        "message.undelivered",
        failure.failure_id,
        f"execution.failed: {NO_SERVICE}",
    )


@pytest.mark.parametrize("review_id", [make_failure().failure_id, "", None, ["a" * 16]])
def test_an_undelivered_failure_that_is_not_stored_is_left_for_people(
    world: World,
    report: Callable[..., dict[str, Any]],
    review_id: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    forged = {**failure_announcement(make_failure()), "review_id": review_id}

    assert report(lambdas_record(forged))["batchItemFailures"] == [{"itemIdentifier": "m0"}]

    assert [vars(it)["event"] for it in caplog.records] == ["report.failed"]


def test_a_poisoned_message_blocks_no_other(
    world: World, report: Callable[..., dict[str, Any]]
) -> None:
    review = world.waiting_review()
    unknown = announcement_of(make_review(review_id="f" * 16))

    answer = report("poison", lambdas_record(unknown), lambdas_record(announcement_of(review)))

    assert [it["itemIdentifier"] for it in answer["batchItemFailures"]] == ["m0", "m1"]
    assert world.store.get(review.review_id).status is Status.UNDELIVERED


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (lambdas_record(announcement_of(make_review())), NO_SERVICE),
        (
            json.dumps(
                {"Type": "Notification", "Message": json.dumps(announcement_of(make_review()))}
            ),
            None,
        ),
        (json.dumps(announcement_of(make_review())), None),
    ],
    ids=["Lambda's record", "SNS's envelope", "SNS, raw"],
)
def test_undelivered_messages_of_every_sender_are_parsed(body: str, why: str | None) -> None:
    message = read_undelivered(body)

    assert isinstance(message, Undelivered)
    assert message.linked_id == make_review().linked_id
    assert message.event == "review.requested"
    assert message.why == (why or "Slack could not be reached")


def test_an_internal_error_is_named_but_not_quoted() -> None:
    record = json.loads(lambdas_record(announcement_of(make_review())))
    record["responsePayload"] = {
        "errorMessage": "User arn:aws:sts::1:assumed-role/x is not authorized",
        "errorType": "ClientError",
    }

    assert read_undelivered(json.dumps(record)).why == "ClientError"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '"text"',
        '{"Message": 5}',
        '{"Message": "[]"}',
        '{"requestPayload": {}}',
        '{"requestPayload": {"Records": []}}',
        '{"requestPayload": {"Records": [{"Sns": {"Message": null}}]}}',
        '{"event": "review.requested"}',
        "[" * 100_000,
    ],
)
def test_an_invalid_message_is_rejected(body: str) -> None:
    with pytest.raises(InvalidInput):
        read_undelivered(body)


@both_forms
def test_a_posted_request_that_is_reported_as_undelivered_stays_pending(
    world: World, report: Callable[..., dict[str, Any]]
) -> None:
    review = world.waiting_review()
    posted = {"review_id": {"S": review.review_id}, "slack_requested": {"S": "posted:1732.0001"}}
    boto3.client("dynamodb").put_item(TableName=world.notes_table, Item=posted)

    assert report(lambdas_record(announcement_of(review), "DeliveryInProgress")) == {
        "batchItemFailures": []
    }

    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.announced() == []


@pytest.mark.parametrize(
    "event", ["", "review.opened", "review.refused", "x" * 200_000, None, ["review.requested"]]
)
def test_an_event_that_is_never_announced_is_not_recorded(
    world: World, report: Callable[..., dict[str, Any]], event: object
) -> None:
    review = world.waiting_review()

    assert report(json.dumps({**announcement_of(review), "event": event}))["batchItemFailures"]

    assert [entry for entry, *_ in world.story(review)] == ["review.requested"]
