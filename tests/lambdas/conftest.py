"""A stage's AWS, mocked by moto with a state machine that really waits for its token."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any, cast

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws

from lambdas.shared.announcements import Announcer
from lambdas.shared.decisions import Decisions
from lambdas.shared.executions import Executions
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.reviews import Review

NOW = datetime(2026, 11, 22, 14, 5, 9, tzinfo=UTC)
API_URL = "https://abcdefghij.execute-api.eu-central-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/anything"


def make_review(**changes: Any) -> Review:
    """A pending review whose evidence is 80 flagged rows of 1,000."""
    review_id = changes.get("review_id", "0123456789abcdef0123456789abcdef")
    facts: dict[str, Any] = {
        "review_id": review_id,
        "stage": "dev",
        "title": "Customer upload 2026-11-22",
        "requested_by": "U012ABCDEF",
        "execution_arn": "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1",
        "task_token": "secret-task-token",
        "requested_at": NOW,
        "deadline": NOW + timedelta(hours=24),
        "threshold": 0.06,
        "bucket": "evidence",
        "key": "incoming/run-1.csv",
        "version_id": "v1",
        "sha256": "ab" * 32,
        "rows": 1000,
        "flagged_rows": 80,
        "flagged_share": 0.08,
        "approval_link": f"{API_URL}/approve?review={review_id}",
        "rejection_link": f"{API_URL}/reject?review={review_id}",
        "s3_file": f"{API_URL}/evidence?review={review_id}",
    }
    return Review(**(facts | changes))


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class World:
    """The AWS of one stage."""

    table: str
    bucket: str
    topic_arn: str
    machine_arn: str
    announcements_url: str
    tokens_url: str
    clock: Clock = field(default_factory=Clock)

    @property
    def store(self) -> ReviewStore:
        return ReviewStore(boto3.client("dynamodb"), self.table)

    @property
    def announcer(self) -> Announcer:
        return Announcer(boto3.client("sns"), self.topic_arn)

    @property
    def executions(self) -> Executions:
        return Executions(boto3.client("stepfunctions"), wait=lambda _: None)

    @property
    def decisions(self) -> Decisions:
        return Decisions(
            store=self.store,
            executions=self.executions,
            announcer=self.announcer,
            now=self.clock,
        )

    def waiting_review(self, **changes: Any) -> Review:
        """A stored review whose execution waits for it."""
        states: Any = boto3.client("stepfunctions")
        sqs = boto3.client("sqs")
        execution_arn = states.start_execution(stateMachineArn=self.machine_arn)["executionArn"]
        while not (got := sqs.receive_message(QueueUrl=self.tokens_url).get("Messages")):
            pass
        sqs.purge_queue(QueueUrl=self.tokens_url)
        token = json.loads(got[0].get("Body", ""))["token"]
        review = make_review(**({"execution_arn": execution_arn, "task_token": token} | changes))
        self.store.add(review)
        return review

    def announced(self) -> list[dict[str, str]]:
        """The announcements so far, as a subscriber with raw delivery gets them."""
        sqs = boto3.client("sqs")
        messages: list[dict[str, str]] = []
        while got := sqs.receive_message(
            QueueUrl=self.announcements_url, MaxNumberOfMessages=10
        ).get("Messages"):
            messages += [json.loads(message.get("Body", "")) for message in got]
        return messages

    def execution_output(self, review: Review) -> dict[str, Any]:
        """What the execution ended with. Waits for the end, at most 30 s."""
        states = boto3.client("stepfunctions")
        end = time.monotonic() + 30
        while time.monotonic() < end:
            answer = states.describe_execution(executionArn=review.execution_arn)
            if answer["status"] != "RUNNING":
                return {
                    "status": answer["status"],
                    "output": json.loads(answer.get("output", "{}")),
                }
            time.sleep(0.01)
        raise AssertionError("the execution still runs")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield _build_world()


def _build_world() -> World:
    sqs, sns, s3 = boto3.client("sqs"), boto3.client("sns"), boto3.client("s3")
    boto3.client("dynamodb").create_table(
        TableName="reviews",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "review_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("review_id", "execution_arn")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_execution",
                "KeySchema": [
                    {"AttributeName": "execution_arn", "KeyType": "HASH"},
                    {"AttributeName": "review_id", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    s3.create_bucket(
        Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    s3.put_bucket_versioning(Bucket="evidence", VersioningConfiguration={"Status": "Enabled"})
    topic_arn = sns.create_topic(Name="reviews")["TopicArn"]
    announcements = sqs.create_queue(QueueName="announcements")["QueueUrl"]
    sns.subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:eu-central-1:123456789012:announcements",
        Attributes={"RawMessageDelivery": "true"},
    )
    tokens = sqs.create_queue(QueueName="tokens")["QueueUrl"]
    definition = {
        "StartAt": "Wait",
        "States": {
            "Wait": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": tokens, "MessageBody": {"token.$": "$$.Task.Token"}},
                "End": True,
            }
        },
    }
    machine_arn = boto3.client("stepfunctions").create_state_machine(
        name="flow", definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]
    return World(
        table="reviews",
        bucket="evidence",
        topic_arn=topic_arn,
        machine_arn=machine_arn,
        announcements_url=announcements,
        tokens_url=tokens,
    )


@pytest.fixture
def aws_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the AWS operations that are called while the test runs."""
    calls: list[str] = []
    original = cast("Callable[..., Any]", getattr(BaseClient, "_make_api_call"))  # noqa: B009

    def counted(self: BaseClient, operation: str, parameters: Any) -> Any:
        calls.append(operation)
        return original(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    return calls


@pytest.fixture
def load_handler(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., ModuleType]]:
    """Import a function's handler anew, with an environment, as a cold start does."""
    loaded: list[str] = []

    def load(function: str, **environment: str) -> ModuleType:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        module = f"lambdas.{function}.handler"
        sys.modules.pop(module, None)
        loaded.append(module)
        return import_module(module)

    yield load
    for module in loaded:
        sys.modules.pop(module, None)
