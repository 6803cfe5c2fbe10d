"""The embedded AWS of a stage, with a state machine that waits for its task token."""

import json
import os
import secrets
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws

from components.reviews.store import DUE, LISTED
from components.settings.decision_rules import DecisionRules
from lambdas.domain.access import identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.callers.callers import Callers
from lambdas.domain.callers.functions import DurableFunctions
from lambdas.domain.callers.tasks import Tasks
from lambdas.domain.lifecycle.announcements import Topic
from lambdas.domain.lifecycle.decide import DecisionInput, decide
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.review.events import Actor
from lambdas.domain.review.failure import Failure
from lambdas.domain.review.ids import LinkedId, review_id_of
from lambdas.domain.review.request import Evidence, Gauge
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Outcome, Review
from lambdas.domain.runtime.clients import client
from lambdas.domain.store.audit_log import AuditLog
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.store.slack_notes import NotesOfReviews
from local.cloud import Cloud
from tests.conftest import REGION
from tests.lambdas.clients import SharedClients, shared_clients
from tests.lambdas.waiting import FORMS, Form, WaitingFunctions
from tests.story import story

Decide = Callable[..., Review]

KEEP = timedelta(days=400)
NOW = datetime(2026, 11, 22, 14, 5, 9, tzinfo=UTC)
FUNCTIONS_ACCOUNT = "000000000001"
"""Account of the worker's only durable function, apart from the accounts of tables and topics."""
LINK_KEY = "0123456789abcdef0123456789abcdef"
API_URL = "https://abcdefghij.execute-api.eu-central-1.amazonaws.com"


def make_review(**changes: Any) -> Review:
    """A pending review whose evidence is 80 flagged rows of 1,000."""
    review_id = changes.get("review_id", "abcdefghijklmnop")
    linked_id = LinkedId(review_id, changes.get("link_key", LINK_KEY))
    facts: dict[str, Any] = {
        "review_id": review_id,
        "link_key": LINK_KEY,
        "stage": "dev",
        "title": "Customer upload 2026-11-22",
        "requested_by": "U012ABCDEF",
        "execution_arn": "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1",
        "task_token": "secret-task-token",
        "requested_at": NOW,
        "deadline": NOW + timedelta(hours=24),
        "facts": {"Rows": 1000, "Flagged rows": 80},
        "gauge": Gauge(value=0.08, limit=0.06),
        "approval_link": f"{API_URL}/approve?review={linked_id}",
        "rejection_link": f"{API_URL}/reject?review={linked_id}",
        "evidence": (make_file(link=f"{API_URL}/evidence?review={linked_id}"),),
    }
    return Review(**(facts | changes))


def make_failure(**changes: Any) -> Failure:
    """An execution that failed because of its file."""
    facts: dict[str, Any] = {
        "failure_id": "failurefailurefa",
        "stage": "dev",
        "execution_arn": "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1",
        "result": Result.FAILED,
        "detail": "InvalidInput: incoming/orders.csv, row 17: flagged must be true or false",
        "at": NOW,
    }
    return Failure(**(facts | changes))


ANSWERED_FILE = {
    "bucket": "evidence",
    "key": "incoming/run-1.csv",
    "version_id": "v1",
    "name": "run-1.csv",
}
"""The flagged upload as answers name it."""


def new_review_id() -> str:
    """A new review id."""
    return review_id_of("test", secrets.token_hex())


def make_file(**changes: Any) -> Evidence:
    """The flagged upload."""
    facts: dict[str, Any] = {
        "bucket": "evidence",
        "key": "incoming/run-1.csv",
        "version_id": "v1",
        "sha256": "ab" * 32,
        "size": 41_234,
    }
    return Evidence(**(facts | changes))


@dataclass
class Clock:
    """A clock that tests move; otherwise each reading is slightly later than the last."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def advance(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class World:
    """The AWS of one stage."""

    table: str
    audit_log_table: str
    topic_arn: str
    announcements_url: str
    form: Form
    """The caller of the reviews."""
    clock: Clock = field(default_factory=Clock)

    @property
    def notes_table(self) -> str:
        return f"{self.table}-notes"

    @property
    def notes(self) -> NotesOfReviews:
        return NotesOfReviews(client("dynamodb"), self.notes_table)

    @property
    def audit_log(self) -> AuditLog:
        return AuditLog(client("dynamodb"), self.audit_log_table)

    @property
    def store(self) -> ReviewStore:
        return ReviewStore(client("dynamodb"), self.table, self.audit_log)

    def story(self, review: Review) -> list[tuple[str, str, str, str]]:
        """The audit entries of a review: event, way, person and reason."""
        entries = story(client("dynamodb"), self.audit_log_table, review.review_id)
        return [(it["event"], it["via"], it["person"], it["why"]) for it in entries]

    @property
    def gate(self) -> AnsweringGate:
        functions = cache(partial(client, "lambda"))
        if isinstance(self.form, WaitingFunctions):
            functions()  # here, since two threads may not create one concurrently
        tasks = Tasks(client("stepfunctions"))
        callers = Callers(tasks, DurableFunctions(functions))
        return AnsweringGate(
            store=self.store,
            notes=self.notes,
            topic=Topic(client("sns"), self.topic_arn),
            callers=callers,
            keep_reviews=KEEP,
            now=self.clock,
        )

    def add(self, review: Review) -> None:
        self.store.add(review)

    def deciding(self, rules: Rules | None = None, gate: AnsweringGate | None = None) -> Decide:
        """Takes decisions with its own clients, from any thread."""
        own = gate or self.gate

        def decided(
            review_id: str, outcome: Outcome, reason: str, by: Actor, **answers: Any
        ) -> Review:
            entered = DecisionInput(reason=reason, answers=answers)
            return decide(own, rules or Rules(), review_id, outcome, entered, by)

        return decided

    def waiting_review(self, **changes: Any) -> Review:
        """A stored, pending review with a waiting caller."""
        caller = self.form.ask()
        due = {"due_at": changes.get("deadline", NOW + timedelta(hours=24))}
        review = make_review(**({"review_id": new_review_id()} | due | caller | changes))
        self.add(review)
        return review

    def announced(self) -> list[dict[str, str]]:
        """The announcements so far, as a subscriber with raw delivery gets them."""
        sqs = boto3.client("sqs")
        messages: list[dict[str, str]] = []
        while got := sqs.receive_message(
            QueueUrl=self.announcements_url, MaxNumberOfMessages=10
        ).get("Messages"):
            messages += [json.loads(message.get("Body", "")) for message in got]
            for message in got:
                sqs.delete_message(
                    QueueUrl=self.announcements_url, ReceiptHandle=message.get("ReceiptHandle", "")
                )
        return messages

    def execution_output(self, review: Review) -> dict[str, Any]:
        """The output of the ended execution. Waits for the end, at most 30 s."""
        ending = self.form.end(review)
        return {"status": ending.status, "output": ending.answer}


@pytest.fixture
def aws_account(monkeypatch: pytest.MonkeyPatch) -> str:
    """An account that no other test has; AWS is out of reach."""
    account = f"{secrets.randbelow(10**12):012}"
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    return account


@pytest.fixture
def moto_aws(aws_account: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second implementation of AWS, for code without PartiQL."""
    with mock_aws(), monkeypatch.context() as patched:
        patched.setattr(boto3, "DEFAULT_SESSION", shared_clients(REGION))
        yield


both_forms = pytest.mark.parametrize("world", FORMS, indirect=True)
"""Run the test for every form of caller. Other tests use a task."""


@pytest.fixture
def embedded(cloud: Cloud, aws_account: str, monkeypatch: pytest.MonkeyPatch) -> SharedClients:
    """Let boto3 call the embedded AWS with the test's account."""
    clients, root = shared_clients(REGION), cloud.root(aws_account)
    clients.use(root)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", root.secret_access_key)
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", clients)
    return clients


@pytest.fixture
def world(
    cloud: Cloud, embedded: SharedClients, aws_account: str, request: pytest.FixtureRequest
) -> World:
    form, name = getattr(request, "param", "task"), f"reviews-{aws_account}"
    account = FUNCTIONS_ACCOUNT if form == "durable function" else aws_account
    embedded.use(cloud.root(account))
    sns = boto3.client("sns")
    create_reviews_table(name)
    _create_table(f"{name}-audit-log", ["review_id", "event_id"])
    _create_table(f"{name}-notes", ["review_id"])
    topic_arn = sns.create_topic(Name=name)["TopicArn"]
    announcements = open_queue(name, account)
    sns.subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:{REGION}:{account}:{name}",
        Attributes={"RawMessageDelivery": "true"},
    )
    return World(
        table=name,
        audit_log_table=f"{name}-audit-log",
        topic_arn=topic_arn,
        announcements_url=announcements,
        form=FORMS[form](),
    )


def open_queue(name: str, account: str) -> str:
    """A queue that topics may send to."""
    arn = f"arn:aws:sqs:{REGION}:{account}:{name}"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return boto3.client("sqs").create_queue(QueueName=name, Attributes={"Policy": policy})[
        "QueueUrl"
    ]


def create_reviews_table(name: str) -> None:
    """The table as the program creates it, with its indexes."""
    _create_table(
        name,
        ["review_id"],
        by_execution=(["execution_arn", "review_id"], ()),
        by_due=(["stage", "due_at"], DUE),
        by_status=(["status", "deadline"], ("stage", "requested_at", *LISTED)),
        by_start=(["stage", "requested_at"], ("status", "deadline", *LISTED)),
        by_asker=(["asker", "deadline"], ("stage", "status", "requested_at", *LISTED)),
    )


def _create_table(name: str, keys: list[str], **indexes: tuple[list[str], tuple[str, ...]]) -> None:
    attributes = {*keys, *(key for index_keys, _ in indexes.values() for key in index_keys)}
    made: Any = [
        {
            "IndexName": index,
            "KeySchema": _key_schema(index_keys),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [*shown]}
            if shown
            else {"ProjectionType": "KEYS_ONLY"},
        }
        for index, (index_keys, shown) in indexes.items()
    ]
    table: Any = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(keys),
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in sorted(attributes)
        ],
    }
    boto3.client("dynamodb").create_table(
        **table, **({"GlobalSecondaryIndexes": made} if made else {})
    )


def _key_schema(keys: list[str]) -> list[dict[str, str]]:
    return [
        {"AttributeName": key, "KeyType": kind}
        for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]


@contextmanager
def before_each_call(
    monkeypatch: pytest.MonkeyPatch, do: Callable[[str, Any], object]
) -> Generator[None]:
    """Call a function with the operation and parameters of each AWS call before it is made."""
    original = cast("Callable[..., Any]", getattr(BaseClient, "_make_api_call"))  # noqa: B009

    def watched(self: BaseClient, operation: str, parameters: Any) -> Any:
        do(operation, parameters)
        return original(self, operation, parameters)

    with monkeypatch.context() as patched:
        patched.setattr(BaseClient, "_make_api_call", watched)
        yield


@pytest.fixture
def aws_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the AWS operations that are called while the test runs."""
    calls: list[str] = []
    with before_each_call(monkeypatch, lambda operation, _: calls.append(operation)):
        yield calls


@pytest.fixture
def load_handler(
    aws_account: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., ModuleType]]:
    """Import a function's handler with an environment and reviewers, as a cold start does."""
    loaded: list[str] = []
    lists = tmp_path / "rules.json"
    monkeypatch.setattr(identities, "RULES", lists)

    def load(function: str, *, reviewers: tuple[str, ...] = (), **environment: str) -> ModuleType:
        (text,) = DecisionRules(reviewers=reviewers).files.values()
        lists.write_text(text)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        module = f"lambdas.{function}.handler"
        sys.modules.pop(module, None)
        loaded.append(module)
        return import_module(module)

    yield load
    for module in loaded:
        sys.modules.pop(module, None)


ROWS = b"1,2\n" * 1000
"""Content of the file that requests are about."""


def make_bucket(name: str) -> str:
    """A bucket that keeps versions."""
    s3, here = boto3.client("s3"), {"LocationConstraint": REGION}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=cast("Any", here))
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def upload(world: World) -> Iterator[None]:
    """Upload the file of the requests to their evidence location; all accounts share its name."""
    s3, bucket, key = boto3.client("s3"), make_bucket("evidence"), "incoming/run-1.csv"
    version = s3.put_object(Bucket=bucket, Key=key, Body=ROWS, ChecksumAlgorithm="SHA256")
    yield
    s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
    s3.delete_bucket(Bucket=bucket)


@pytest.fixture
def request_review(
    world: World, load_handler: Callable[..., ModuleType], upload: None
) -> Callable[..., ModuleType]:
    """Load the request function as after a cold start."""

    def load(
        link_shortener: str = "builtin",
        slack_missing: str = "",
        caller_id: str = "taskToken",
        on_timeout: str = "fail",
        workflow: str = "",
        require_verified_requester: str = "false",
    ) -> ModuleType:
        return load_handler(
            "request_review",
            CALLER_ID=caller_id,
            WORKFLOW=workflow,
            REQUIRE_VERIFIED_REQUESTER=require_verified_requester,
            ON_TIMEOUT=on_timeout,
            STAGE="dev",
            REVIEWS_TABLE=world.table,
            AUDIT_LOG_TABLE=world.audit_log_table,
            NOTES_TABLE=world.notes_table,
            REVIEW_TOPIC_ARN=world.topic_arn,
            REQUIRED_APPROVALS="1",
            KEEP_REVIEWS_SECONDS="34560000",
            DECISION_API_URL=API_URL,
            REVIEW_TIMEOUT_SECONDS="86400",
            SLACK_MISSING=slack_missing,
            LINK_SHORTENER=link_shortener,
            EVIDENCE_PLACES='["evidence/incoming/"]',
            REMIND_BEFORE_SECONDS="43200,7200",
            ESCALATE_BEFORE_SECONDS="",
        )

    return load
