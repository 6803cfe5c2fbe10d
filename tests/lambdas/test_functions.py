"""The functions that the workflow and the topic call: their handlers, on mocked AWS."""

import base64
import csv
import hashlib
import io
import json
import logging
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.domain.callers.answers import ERRORS
from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.lifecycle.end import end
from lambdas.domain.review.errors import InvalidInput, ReviewError
from lambdas.domain.review.events import Event
from lambdas.domain.review.review import Status
from lambdas.domain.runtime import times
from lambdas.domain.slack.delivery import SlackDeliveryFailed
from tests.http_stub import Answer, http_stub
from tests.lambdas.conftest import (
    API_URL,
    ROWS,
    World,
    before_each_call,
    make_bucket,
    make_review,
    open_queue,
)

Load = Callable[..., ModuleType]
Generate = Callable[..., dict[str, str]]
TOKEN = "AQCEAAAAKgAAAAMAAAAAAAAAAb+/=" * 20
FILE = {
    "bucket": "evidence",
    "key": "incoming/run-1.csv",
    "sha256": hashlib.sha256(ROWS).hexdigest(),
    "size": len(ROWS),
}
REQUEST = {
    "title": "Upload",
    "facts": {"Rows": 1000, "Flagged rows": 80},
    "gauge": {"value": 0.08, "limit": 0.06},
    "evidence": [FILE],
    "requested_by": "U012ABCDEF",
}


def payload(**changes: Any) -> dict[str, Any]:
    return {
        "taskToken": TOKEN,
        "executionArn": "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1",
        "request": REQUEST,
        **changes,
    }


@pytest.fixture
def bucket(moto_aws: None) -> str:
    return make_bucket("evidence")


@pytest.fixture
def generate(bucket: str, load_handler: Load) -> Generate:
    """The function that writes the sample, as the workflow calls it."""
    function = load_handler("generate_dataset", EVIDENCE_BUCKET=bucket, FLAG_COLUMN="anomaly")

    def generated(name: str = "run-1", /, **given: Any) -> dict[str, str]:
        """Call it for an execution with this name and input."""
        return function.handle({"input": given, "execution_name": name}, None)

    return generated


def test_the_sample_is_written_and_its_version_returned(bucket: str, generate: Generate) -> None:
    answer = generate(rows=500, anomaly_rate=0.08)

    assert answer.keys() == {"key", "version_id"}
    assert answer["key"] == "samples/run-1.csv"
    stored = boto3.client("s3").get_object(
        Bucket=bucket, Key=answer["key"], VersionId=answer["version_id"]
    )
    assert stored["ContentType"] == "text/csv"
    rows = list(csv.DictReader(io.StringIO(stored["Body"].read().decode())))
    assert len(rows) == 500
    assert sum(row["anomaly"] == "True" for row in rows) == 40


def test_the_sample_has_a_digest_for_comparing_evidence_without_reading_it(
    generate: Generate, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    with before_each_call(monkeypatch, lambda _, put: sent.append(dict(put))):
        generate(rows=10)

    [put] = sent
    digest = hashlib.sha256(put["Body"]).digest()
    assert base64.b64decode(put["ChecksumSHA256"]) == digest


def test_a_repeat_writes_the_same_sample(bucket: str, generate: Generate) -> None:
    first, second = generate(rows=50), generate(rows=50)

    assert first["version_id"] != second["version_id"]
    bodies = {
        boto3.client("s3")
        .get_object(Bucket=bucket, Key=it["key"], VersionId=it["version_id"])["Body"]
        .read()
        for it in (first, second)
    }
    assert len(bodies) == 1


def test_special_characters_of_an_execution_name_are_left_out_of_the_key(
    generate: Generate,
) -> None:
    assert generate("größe+1?v=2", rows=1)["key"] == "samples/gr__e_1_v_2.csv"
    assert generate("../incoming/a", rows=1)["key"] == "samples/.._incoming_a.csv"


def test_a_dataset_without_a_version_raises_the_error_that_the_workflow_retries(
    bucket: str, generate: Generate
) -> None:
    suspended: Any = {"Status": "Suspended"}
    boto3.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration=suspended)

    with pytest.raises(RuntimeError, match=r"samples/run-1\.csv has no version") as refused:
        generate()

    assert type(refused.value).__name__ == "VersioningNotReady"


@pytest.mark.parametrize(
    ("given", "error"),
    [({"rows": "many"}, "rows must be a whole number"), ({"sample": {}}, "unknown field 'sample'")],
)
def test_invalid_input_writes_nothing(
    generate: Generate, aws_calls: list[str], given: dict[str, Any], error: str
) -> None:
    with pytest.raises(InvalidInput, match=error):
        generate(**given)

    assert aws_calls == []


def test_a_request_makes_two_aws_calls_and_one_per_file(
    request_review: Callable[..., ModuleType], aws_calls: list[str]
) -> None:
    function = request_review()
    aws_calls.clear()

    function.handle(payload(), None)

    assert aws_calls == ["HeadObject", "ExecuteTransaction", "Publish"]


def test_a_request_is_announced_with_the_contract_fields_as_flat_strings(
    world: World, request_review: Callable[..., ModuleType]
) -> None:
    request_review().handle(payload(), None)

    [message] = world.announced()
    assert all(isinstance(value, str) for value in message.values())
    row = world.store.get(message["review_id"])
    linked_id = f"{row.review_id}.{row.link_key}"
    assert {
        "event": "review.requested",
        "stage": "dev",
        "title": "Upload",
        "approval_link": f"{API_URL}/approve?review={linked_id}",
        "rejection_link": f"{API_URL}/reject?review={linked_id}",
        "s3_file": f"{API_URL}/evidence?review={linked_id}",
        "flagged_share": "0.08",
        "requested_by": "U012ABCDEF",
        "execution_arn": "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1",
    }.items() <= message.items()
    assert len(message["approval_link"]) <= 200
    assert (row.status, row.task_token) == (Status.PENDING, TOKEN)
    assert message["deadline"] == times.to_text(row.requested_at + timedelta(hours=24))


def test_the_event_is_a_message_attribute_for_filter_policies(
    world: World, aws_account: str, request_review: Callable[..., ModuleType]
) -> None:
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = open_queue("only-decided", aws_account)
    sns.subscribe(
        TopicArn=world.topic_arn,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:eu-central-1:{aws_account}:only-decided",
        Attributes={"FilterPolicy": json.dumps({"event": ["review.decided"]})},
    )

    request_review().handle(payload(), None)

    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert [it["event"] for it in world.announced()] == ["review.requested"]


@pytest.mark.parametrize("caller_id", ["taskToken", "callbackId"])
def test_a_repeated_token_creates_no_second_review(
    world: World,
    request_review: Callable[..., ModuleType],
    aws_calls: list[str],
    caller_id: str,
) -> None:
    function = request_review(caller_id=caller_id)
    tokens = (TOKEN, f"{TOKEN}2")
    for token in tokens:
        function.handle(payload(**{caller_id: token}), None)
    first, second = [it["review_id"] for it in world.announced()]
    assert first != second
    aws_calls.clear()

    function.handle(payload(**{caller_id: TOKEN}, request={**REQUEST, "title": "Else"}), None)

    assert aws_calls == ["HeadObject", "ExecuteTransaction", "GetItem", "Publish"]
    [again] = world.announced()  # in case the first attempt was interrupted
    assert (again["review_id"], again["title"]) == (first, "Upload")

    end(world.gate, world.store.get(first), Status.CANCELLED, "It is over.")
    assert [it["event"] for it in world.announced()] == ["review.cancelled"]
    function.handle(payload(**{caller_id: TOKEN}), None)
    assert world.announced() == []
    assert world.store.get(first).status is Status.CANCELLED


def test_a_caller_cannot_shorten_a_timeout_that_approves(
    world: World, request_review: Callable[..., ModuleType]
) -> None:
    short = {**REQUEST, "timeout": "1s"}
    request_review(on_timeout="approve").handle(payload(request=short), None)

    [message] = world.announced()
    review = world.store.get(message["review_id"])
    assert (review.deadline - review.requested_at, review.timeout) == (timedelta(hours=24), None)


def test_review_times_come_from_the_gates_clock(
    world: World, request_review: Callable[..., ModuleType]
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)

    request_review().handle(payload(enteredAt="0999-01-01T00:00:00Z"), None)

    review = world.store.get(world.announced()[0]["review_id"])
    assert before <= review.requested_at <= datetime.now(UTC)


def test_the_long_link_is_presigned_until_the_deadline(
    world: World, request_review: Callable[..., ModuleType]
) -> None:
    request_review("none").handle(payload(), None)

    link = urllib.parse.urlsplit(world.announced()[0]["s3_file"])
    assert urllib.parse.parse_qs(link.query)["X-Amz-Expires"] == ["86400"]


def test_tinyurl_gets_the_presigned_link(
    world: World, request_review: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    function = request_review("tinyurl")
    asked: list[str] = []

    def shortened(link: str) -> str:
        asked.append(link)
        return "https://tinyurl.com/abc"

    monkeypatch.setattr("lambdas.domain.lifecycle.request.shortened", shortened)
    function.handle(payload(), None)

    assert world.announced()[0]["s3_file"] == "https://tinyurl.com/abc"
    assert "X-Amz-Signature" in asked[0]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"request": {}}, "title must be one line of 1 to 150 characters, got None"),
        ({"request": None}, "the request must be a JSON object"),
        ({"request": {**REQUEST, "evidence": {}}}, "evidence must be a list of at most 5"),
        ({"taskToken": None}, "taskToken must be a non-empty string"),
        ({"taskToken": ""}, "taskToken must be a non-empty string"),
        ({"executionArn": 5}, "executionArn must be a non-empty string, got int"),
    ],
)
def test_an_invalid_request_of_a_host_raises_and_announces_nothing(
    world: World, request_review: Callable[..., ModuleType], changes: dict[str, Any], error: str
) -> None:
    with pytest.raises(InvalidInput, match=error) as refused:
        request_review().handle(payload(**changes), None)

    assert TOKEN not in str(refused.value)
    assert world.announced() == []


def test_requests_of_an_unconnected_stage_fail_at_once_with_the_fix(
    world: World,
    request_review: Callable[..., ModuleType],
    aws_calls: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    function = request_review(slack_missing="create a Slack app")
    aws_calls.clear()

    with pytest.raises(ReviewError) as refused:
        function.handle(payload(), None)

    # The class's name is the error in Step Functions.
    assert type(refused.value).__name__ == ERRORS[Status.UNDELIVERED]
    assert str(refused.value) == (
        "Stage dev is not connected to Slack. To connect it, create a Slack app"
    )
    assert aws_calls == []
    assert world.announced() == []
    assert [vars(it)["event"] for it in caplog.records] == ["slack.unconnected"]


@pytest.fixture
def close(world: World, load_handler: Load) -> ModuleType:
    return load_handler(
        "close_review",
        REVIEWS_TABLE=world.table,
        AUDIT_LOG_TABLE=world.audit_log_table,
        NOTES_TABLE=world.notes_table,
        REVIEW_TOPIC_ARN=world.topic_arn,
        REQUIRED_APPROVALS="1",
        KEEP_REVIEWS_SECONDS="34560000",
    )


def test_the_end_of_a_durable_function_cancels_its_review(world: World, close: ModuleType) -> None:
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:promote:$LATEST/durable-execution/a/b"
    later = datetime.now(UTC) + timedelta(hours=1)
    review = make_review(execution_arn=arn, task_token="", callback_id="callback", deadline=later)
    world.add(review)

    event = {"durableExecutionArn": arn, "functionArn": arn[:70], "status": "TIMED_OUT"}
    close.handle({**event, "endTimestamp": "2026-11-22T15:00:00.123Z"}, None)

    [message] = world.announced()
    assert (message["event"], message["reason"]) == (
        "review.cancelled",
        "The execution timed out.",
    )


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def notification(**changes: str) -> dict[str, Any]:
    message = announcement(Event.REQUESTED, make_review()) | changes
    return {"Records": [{"Sns": {"Message": json.dumps(message)}}]}


@pytest.fixture
def notify(world: World, load_handler: Load) -> Callable[..., ModuleType]:
    def load(webhook: str, **changes: str) -> ModuleType:
        world.add(make_review(deadline=datetime.now(UTC) + timedelta(hours=1)))
        ssm = boto3.client("ssm")
        ssm.put_parameter(Name="webhook", Value=webhook, Type="SecureString")
        ssm.put_parameter(Name="token", Value="xoxb-secret", Type="SecureString")
        environment = {
            "REVIEWS_TABLE": world.table,
            "AUDIT_LOG_TABLE": world.audit_log_table,
            "NOTES_TABLE": world.notes_table,
            "REQUIRED_APPROVALS": "1",
            "KEEP_REVIEWS_SECONDS": "34560000",
            "ALLOW_SELF_APPROVAL": "false",
            "REMIND_BEFORE_SECONDS": "43200,7200",
            "SLACK_NOTES": "slack",
            "SLACK_DELIVERY": "incoming-webhook",
            "SLACK_BUTTONS": "false",
            "SLACK_WEBHOOK_PARAMETER": "webhook",
            "SLACK_BOT_TOKEN_PARAMETER": "",
            "SLACK_CHANNEL_ID": "",
            "SLACK_API_URL": "",
            **changes,
        }
        return load_handler("notify_slack", **environment)

    return load


def test_an_announcement_is_posted_to_the_channel_in_three_aws_calls(
    notify: Callable[..., ModuleType], aws_calls: list[str]
) -> None:
    with http_stub(Answer()) as slack:
        function = notify(slack.url)
        aws_calls.clear()
        function.handle(notification(), Context())
        first = list(aws_calls)
        aws_calls.clear()
        function.handle(notification(event="review.reminder", reminder="7200"), Context())

    assert len(slack.asked) == 2
    assert json.loads(slack.asked[0][2])["blocks"]
    assert first == ["UpdateItem", "GetItem", "GetParameter", "ExecuteTransaction"]
    assert aws_calls == ["UpdateItem", "GetItem", "ExecuteTransaction"], (
        "the URL is read once per process"
    )


def test_an_already_posted_message_makes_one_aws_call(
    notify: Callable[..., ModuleType], aws_calls: list[str]
) -> None:
    with http_stub(Answer()) as slack:
        function = notify(slack.url)
        function.handle(notification(), Context())
        aws_calls.clear()
        function.handle(notification(), Context())

    assert len(slack.asked) == 1
    assert aws_calls == ["UpdateItem"]


@pytest.mark.parametrize(
    ("changes", "path", "variable"),
    [
        ({}, "/hook", "blocks"),
        ({"SLACK_DELIVERY": "workflow-webhook"}, "/hook", "summary"),
        (
            {
                "SLACK_WEBHOOK_PARAMETER": "",
                "SLACK_BOT_TOKEN_PARAMETER": "token",
                "SLACK_CHANNEL_ID": "C1",
            },
            "/api/chat.postMessage",
            "channel",
        ),
    ],
    ids=["webhook", "workflow", "bot"],
)
def test_the_settings_select_how_messages_are_delivered(
    notify: Callable[..., ModuleType], changes: dict[str, str], path: str, variable: str
) -> None:
    with http_stub(Answer(body=b'{"ok": true, "ts": "1.1"}')) as slack:
        if "SLACK_CHANNEL_ID" in changes:
            changes = {**changes, "SLACK_API_URL": slack.url.replace("/hook", "/api")}
        notify(slack.url, **changes).handle(notification(), Context())

    (_, asked, body), *more = slack.asked
    assert asked == path
    assert variable in json.loads(body)
    assert [it for _, it, _ in more] == ["/api/users.info"] * (variable == "channel")


def test_a_refused_message_fails_the_function_and_is_retried(
    notify: Callable[..., ModuleType],
) -> None:
    with http_stub(Answer(404, b"no_service")) as slack:
        function = notify(slack.url)
        with pytest.raises(SlackDeliveryFailed, match="404 'no_service'"):
            function.handle(notification(), Context())


def test_the_request_of_an_ended_review_is_not_posted(
    world: World, notify: Callable[..., ModuleType]
) -> None:
    with http_stub(Answer()) as slack:
        function = notify(slack.url)
        review = world.store.get(make_review().review_id)
        end(world.gate, review, Status.CANCELLED, "why")
        for event in ("review.requested", "review.reminder", "review.escalated"):
            function.handle(notification(event=event, reminder="7200"), Context())

    assert slack.asked == []
    assert [event for event, *_ in world.story(review)] == ["review.requested", "review.cancelled"]


def test_tokens_and_urls_are_not_logged(
    world: World,
    request_review: Callable[..., ModuleType],
    notify: Callable[..., ModuleType],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    request_review().handle(payload(), None)
    with http_stub(Answer()) as slack:
        notify(slack.url).handle(notification(), Context())

    logged = "\n".join(str(vars(record)) for record in caplog.records)
    assert "review.requested" in logged
    assert "slack.notified" in logged
    for secret in (TOKEN, slack.url, "/hook", "approve?review"):
        assert secret not in logged
