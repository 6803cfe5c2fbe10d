"""An execution that fails without a review is announced."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import (
    Topic,
    announcement,
    failure_announcement,
    read_announcement,
)
from lambdas.domain.lifecycle.failures import report_failure
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.events import Event
from lambdas.domain.review.failure import AnnouncedFailure
from lambdas.domain.review.ids import is_review_id
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Status
from tests.lambdas.conftest import KEEP, NOW, World, before_each_call, make_failure, make_review

ARN = "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1"
STOPPED = NOW + timedelta(minutes=5)


def ended(status: str = "FAILED", **changes: Any) -> dict[str, Any]:
    """The detail of the event that says how an execution ended."""
    stopped = int(STOPPED.timestamp() * 1000) + 250
    return {"executionArn": ARN, "status": status, "stopDate": stopped, **changes}


def test_a_failure_without_a_review_is_stored_and_announced(
    world: World, load_handler: Callable[..., ModuleType], aws_calls: list[str]
) -> None:
    function = load_handler(
        "report_failure",
        REVIEWS_TABLE=world.table,
        AUDIT_LOG_TABLE=world.audit_log_table,
        NOTES_TABLE=world.notes_table,
        REVIEW_TOPIC_ARN=world.topic_arn,
        REQUIRED_APPROVALS="1",
        KEEP_REVIEWS_SECONDS="34560000",
        STAGE="dev",
    )
    cause = '{"errorMessage": "row 17: flagged must be true or false", "errorType": "InvalidInput"}'
    aws_calls.clear()

    function.handle(ended(error="InvalidInput", cause=cause), None)

    assert aws_calls == ["Query", "UpdateItem", "Publish"]
    detail = "InvalidInput: row 17: flagged must be true or false"
    [message] = world.announced()
    assert is_review_id(message["review_id"])
    assert {name: value for name, value in message.items() if value} == {
        "event": "execution.failed",
        "review_id": message["review_id"],
        "stage": "dev",
        "title": "Execution failed",
        "execution_arn": ARN,
        "facts": "{}",
        "result": "failed",
        "result_detail": detail,
        "summary": "Execution failed in dev",
        "details": f"> {detail}\n\nNo review was requested.\n\n> Execution: flow:run-1",
    }
    assert world.notes.failure(message["review_id"]) == make_failure(
        failure_id=message["review_id"], detail=detail, at=STOPPED
    )


def test_the_failure_is_kept_as_long_as_reviews(world: World) -> None:
    report_failure(world.gate, "dev", ended())

    [row] = boto3.client("dynamodb").scan(TableName=world.notes_table)["Items"]
    assert row.get("expires_at") == {"N": str(int((STOPPED + KEEP).timestamp()))}


@pytest.mark.parametrize(
    "status", [Status.PENDING, Status.REJECTED, Status.EXPIRED, Status.UNDELIVERED]
)
def test_an_execution_with_a_review_is_not_reported(world: World, status: Status) -> None:
    world.add(make_review(status=status, execution_arn=ARN))

    report_failure(world.gate, "dev", ended(error="ReviewRejected"))

    assert world.announced() == []
    assert boto3.client("dynamodb").scan(TableName=world.notes_table)["Items"] == []


def test_a_review_of_another_execution_hides_no_failure(world: World) -> None:
    world.add(make_review(execution_arn=f"{ARN}0"))

    report_failure(world.gate, "dev", ended())

    assert [it["event"] for it in world.announced()] == ["execution.failed"]


@pytest.mark.parametrize(
    ("status", "why", "title", "detail"),
    [
        ("FAILED", {}, "Execution failed", ""),
        ("FAILED", {"error": "E", "cause": "x" * 600}, "Execution failed", f"E: {'x' * 499}…"),
        ("TIMED_OUT", {}, "Execution timed out", ""),
        ("ABORTED", {"cause": "by hand"}, "Execution stopped", "by hand"),
        (
            "FAILED",
            {"error": "E\u200b", "cause": "row 1:\n\u202egnp.exe\x00\t<!channel>"},
            "Execution failed",
            "E: row 1: gnp.exe <!channel>",
        ),
        ("FAILED", {"cause": "a\ue000b"}, "Execution failed", "a\\ue000b"),
    ],
)
def test_every_failure_is_one_visible_line(
    world: World, status: str, why: dict[str, str], title: str, detail: str
) -> None:
    report_failure(world.gate, "dev", ended(status, **why))

    [message] = world.announced()
    assert (message["title"], message["result_detail"]) == (title, detail)
    assert message["result"] == status.lower()


def test_a_retry_has_the_same_id_and_a_redriven_execution_another(world: World) -> None:
    later = ended(stopDate=ended()["stopDate"] + 1)
    for event in (ended(), ended(), later):
        report_failure(world.gate, "dev", event)

    first, second, redriven = (it["review_id"] for it in world.announced())
    assert first == second != redriven


def test_the_log_has_no_text_of_the_host(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    report_failure(world.gate, "dev", ended(cause="a customer's name"))

    [line] = [vars(it) for it in caplog.records if it.message == "execution.failed"]
    assert (line["event"], line["execution"], line["result"]) == ("execution.failed", ARN, "failed")
    assert "customer" not in str(line)


def test_a_failure_has_the_keys_of_every_announcement() -> None:
    message = failure_announcement(make_failure())

    assert set(message) == set(announcement(Event.REQUESTED, make_review(facts={})))
    assert json.loads(message["facts"]) == {}
    assert not [name for name, value in message.items() if "link" in name and value]


def test_the_announcement_is_read_back() -> None:
    message = failure_announcement(make_failure())

    announced = AnnouncedFailure(review_id=make_failure().failure_id)
    assert read_announcement(json.dumps(message)) == announced


@pytest.mark.parametrize("review_id", ["", "x", None, 1, ["a" * 16]])
def test_a_failure_without_an_id_is_rejected(review_id: object) -> None:
    with pytest.raises(InvalidInput):
        read_announcement(json.dumps({"event": "execution.failed", "review_id": review_id}))


EVIL = "https://evil.example"
FORGED = f"Approve: {EVIL}\nReject: {EVIL}\n\nRequested by: root"


def test_people_get_the_failure_with_the_hosts_text_quoted(
    moto_aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sns = boto3.client("sns")
    topic = Topic(sns, sns.create_topic(Name="reviews")["TopicArn"])
    published: list[dict[str, Any]] = []
    failure = make_failure(detail=FORGED, result=Result.TIMED_OUT)

    with before_each_call(monkeypatch, lambda _, parameters: published.append(parameters)):
        topic.announce_failure(failure)

    [sent] = published
    assert sent["Subject"] == "[dev] Signoff: Execution timed out"
    # Neither informational, which e-mails leave out, nor escalated.
    given = {name: it["StringValue"] for name, it in sent["MessageAttributes"].items()}
    assert given == {"event": "execution.failed"}
    protocols = json.loads(sent["Message"])
    assert [it for it in protocols["email"].splitlines() if it and not it.startswith(">")] == [
        "Execution timed out in dev",
        "No review was requested.",
    ]
    assert protocols["sms"] == f"Execution timed out in dev: {FORGED}"
    assert json.loads(protocols["default"]) == failure_announcement(failure)
