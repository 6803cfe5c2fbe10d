"""The functions around the workflow: what starts it, and what it announces."""

import json
import logging
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.datasets.errors import StorageUnavailable
from lambdas.datasets.names import execution_name
from tests.conftest import REGION
from tests.lambdas.conftest import open_queue
from tests.lambdas.datasets.conftest import KEY, Bucket

Load = Callable[..., ModuleType]
ROWS = "id,flagged\n1,yes\n2,no\n"
IN_TIME = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)


def created(bucket: str, key: str, version: str | None = "v1") -> dict[str, Any]:
    """The detail of S3's event."""
    about = {"key": key, "size": 5, **({"version-id": version} if version else {})}
    return {"version": "0", "bucket": {"name": bucket}, "object": about}


@pytest.fixture
def machine(bucket: Bucket, aws_account: str) -> str:
    """A state machine that waits, so that its executions run."""
    trust: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    role = boto3.client("iam").create_role(
        RoleName="waits", AssumeRolePolicyDocument=json.dumps(trust)
    )
    waits = {"StartAt": "It", "States": {"It": {"Type": "Wait", "Seconds": 600, "End": True}}}
    return boto3.client("stepfunctions").create_state_machine(
        name=f"flow-{aws_account}",
        definition=json.dumps(waits),
        roleArn=role["Role"]["Arn"],
    )["stateMachineArn"]


@pytest.fixture
def start(load_handler: Load, bucket: Bucket, machine: str) -> ModuleType:
    return load_handler("start_dataset", EVIDENCE_BUCKET=bucket.name, STATE_MACHINE_ARN=machine)


def executions(machine: str) -> dict[str, Any]:
    """The inputs of all executions by name."""
    client = boto3.client("stepfunctions")
    found = client.list_executions(stateMachineArn=machine)["executions"]
    return {
        it["name"]: json.loads(
            client.describe_execution(executionArn=it["executionArn"]).get("input", "")
        )
        for it in found
    }


def test_a_version_has_one_execution_however_often_its_event_arrives(
    start: ModuleType, bucket: Bucket, machine: str
) -> None:
    for version in ("v1", "v1", "v2", "v1"):
        start.handle(created(bucket.name, KEY, version), None)

    assert executions(machine) == {
        execution_name(bucket.name, KEY, version): {"file": {"key": KEY, "version_id": version}}
        for version in ("v1", "v2")
    }


def test_a_version_is_not_started_again_after_its_execution_has_ended(
    start: ModuleType, bucket: Bucket, machine: str
) -> None:
    start.handle(created(bucket.name, KEY), None)
    client = boto3.client("stepfunctions")
    [found] = client.list_executions(stateMachineArn=machine)["executions"]
    client.stop_execution(executionArn=found["executionArn"])

    start.handle(created(bucket.name, KEY), None)

    assert len(executions(machine)) == 1


def test_the_log_shows_what_an_event_did(
    start: ModuleType, bucket: Bucket, machine: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lambdas")
    start.handle(created(bucket.name, KEY), None)
    start.handle(created(bucket.name, "incoming/"), None)

    logged: list[dict[str, Any]] = [vars(it) for it in caplog.records]
    assert [(it["message"], it["event"], it.get("execution")) for it in logged] == [
        ("dataset.started", "dataset.started", *executions(machine)),
        ("dataset.ignored", "dataset.ignored", None),
    ]


@pytest.mark.parametrize(
    "key",
    ["incoming/", "incoming/folder/", "published/a.csv", "samples/a.csv", "incoming", "a.csv"],
)
def test_folders_and_other_prefixes_start_nothing(
    start: ModuleType, bucket: Bucket, machine: str, key: str
) -> None:
    start.handle(created(bucket.name, key), None)

    assert executions(machine) == {}


def test_an_event_about_another_bucket_starts_nothing(start: ModuleType, machine: str) -> None:
    start.handle(created("someone-elses", KEY), None)

    assert executions(machine) == {}


def test_a_file_without_a_version_starts_an_execution_that_says_so(
    start: ModuleType, bucket: Bucket, machine: str
) -> None:
    start.handle(created(bucket.name, KEY, None), None)

    assert list(executions(machine).values()) == [{"file": {"key": KEY, "version_id": "null"}}]


@pytest.fixture
def topic(bucket: Bucket, aws_account: str) -> str:
    """A topic with a queue that receives its messages with their attributes."""
    name = f"datasets-{aws_account}"
    arn = boto3.client("sns").create_topic(Name=name)["TopicArn"]
    open_queue(name, aws_account)
    queue = f"arn:aws:sqs:{REGION}:{aws_account}:{name}"
    only = {"FilterPolicy": json.dumps({"event": ["dataset.published"]})}
    boto3.client("sns").subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=queue,
        Attributes={"RawMessageDelivery": "true", **only},
    )
    return arn


def announced(topic: str) -> list[dict[str, Any]]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=topic.rsplit(":", 1)[-1])["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(it.get("Body", "")) for it in found]


@pytest.fixture
def publish(load_handler: Load, bucket: Bucket, topic: str) -> ModuleType:
    return load_handler(
        "publish_dataset",
        STAGE="dev",
        EVIDENCE_BUCKET=bucket.name,
        DATASET_TOPIC_ARN=topic,
    )


REVIEW = {
    "review_id": "abcdefghijklmnop",
    "decision": "approved",
    "approved_by": ["kim", "role ops"],
    "answers": {"publish": "only rows that are not flagged"},
}


def test_consumers_learn_what_was_published_and_who_approved(
    publish: ModuleType, bucket: Bucket, topic: str
) -> None:
    bucket.put(ROWS)
    dataset = bucket.check()["dataset"]

    given = {"dataset": dataset, "review": REVIEW, "accepted": ""}
    published = publish.handle(given, IN_TIME)["published"]

    assert announced(topic) == [
        {
            "event": "dataset.published",
            "stage": "dev",
            "bucket": bucket.name,
            **published,
            "source": {
                "key": KEY,
                "version_id": dataset["version_id"],
                "rows": 2,
                "flagged_rows": 1,
            },
            "review_id": "abcdefghijklmnop",
            "approved_by": ["kim", "role ops"],
        }
    ]
    assert bucket.read(published["key"], published["version_id"]) == b"id,flagged\n2,no\n"


@pytest.mark.parametrize(("review", "labels"), [(REVIEW, {"review-id"}), (None, set[str]())])
def test_a_published_file_leads_to_its_approval(
    publish: ModuleType,
    bucket: Bucket,
    topic: str,
    review: dict[str, Any] | None,
    labels: set[str],
) -> None:
    version = bucket.put(ROWS)
    given = {"dataset": bucket.check()["dataset"], "review": review, "accepted": ""}

    published = publish.handle(given, IN_TIME)["published"]

    found = bucket.s3.head_object(Bucket=bucket.name, Key=published["key"])["Metadata"]
    assert found.keys() == {"selection", "source-version"} | labels
    assert found["source-version"] == version
    assert found.get("review-id", REVIEW["review_id"]) == REVIEW["review_id"]


def test_without_a_review_nobody_approved(publish: ModuleType, bucket: Bucket, topic: str) -> None:
    bucket.put(ROWS)

    publish.handle({"dataset": bucket.check()["dataset"], "review": None, "accepted": ""}, IN_TIME)

    [message] = announced(topic)
    assert (message["review_id"], message["approved_by"], message["rows"]) == ("", [], 2)


def test_an_older_version_is_returned_for_another_decision(
    publish: ModuleType, bucket: Bucket, topic: str
) -> None:
    bodies = (ROWS, f"{ROWS}3,no\n")
    older, newer = (bucket.check(version_id=bucket.put(it))["dataset"] for it in bodies)
    publish.handle({"dataset": newer, "review": None, "accepted": ""}, IN_TIME)

    answer = publish.handle({"dataset": older, "review": REVIEW, "accepted": ""}, IN_TIME)

    assert answer["newer"]["version_id"] == newer["version_id"]
    assert len(announced(topic)) == 1


@pytest.mark.parametrize(
    ("changes", "milliseconds", "problem"),
    [
        ({"sha256": "ab" * 32}, 120_000, "the file differs from what was reviewed"),
        ({"version_id": "another"}, 120_000, "the file does not exist in version another"),
        ({}, 59_000, "the file could not be processed in time"),
    ],
)
def test_a_file_that_is_not_published_is_named(
    publish: ModuleType,
    bucket: Bucket,
    topic: str,
    changes: dict[str, str],
    milliseconds: int,
    problem: str,
) -> None:
    bucket.put(ROWS)
    given = {"dataset": bucket.check()["dataset"] | changes, "review": REVIEW, "accepted": ""}
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds)

    with pytest.raises(Exception, match=f"^{KEY}: {problem}"):
        publish.handle(given, context)
    assert announced(topic) == []


def test_an_error_of_aws_is_one_that_the_workflow_retries(
    publish: ModuleType, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put(ROWS)
    given = {"dataset": bucket.check()["dataset"], "review": None, "accepted": ""}

    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "SlowDown", "Message": "later"}}, "Publish")

    monkeypatch.setattr(publish.TOPIC, "announce", refuse)

    with pytest.raises(StorageUnavailable, match="SlowDown"):
        publish.handle(given, IN_TIME)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "file is required: this stage has no sample data"),
        ({"bucket": "b", "key": KEY}, "the input has an unknown field 'bucket'"),
        ({"file": {"key": KEY}, "sample": {}}, "the input has an unknown field 'sample'"),
    ],
)
def test_unknown_input_is_refused(
    load_handler: Load, bucket: Bucket, given: dict[str, Any], problem: str
) -> None:
    check = load_handler(
        "check_dataset",
        EVIDENCE_BUCKET=bucket.name,
        ANOMALY_THRESHOLD="0.06",
        FLAG_COLUMN="flagged",
        CHECK_FUNCTION_ARN="",
    )
    with pytest.raises(Exception, match=problem):
        check.handle({"input": given, "sample": None}, IN_TIME)
