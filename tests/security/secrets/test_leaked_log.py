"""A reader of logs, who may not decide, searches them for a link key, which may decide.

Every log call of the functions is triggered, and its output is checked.
"""

import ast
import json
import logging
import re
import socket
import threading
import traceback
import urllib.parse
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.review.errors import UnreadableRow
from lambdas.domain.review.events import Event
from lambdas.domain.review.ids import new_link_key
from lambdas.domain.review.review import Outcome, Review, Status, Way
from lambdas.domain.runtime import link_shortener, times
from tests.http_stub import Answer, Stub, http_stub
from tests.lambdas.conftest import API_URL, World, before_each_call, new_review_id
from tests.lambdas.lifecycle.test_undelivered import from_queue, lambdas_record
from tests.lambdas.slack import commands
from tests.lambdas.slack.clicks import SECRET, click
from tests.lambdas.test_functions import FILE, REQUEST, payload
from tests.lambdas.web.conftest import FAR, asking
from tests.local_stack import ROOT

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
Site = tuple[str, range]


def log_calls() -> list[Site]:
    """Every call of a logger in the functions' code: the file and the lines."""
    found: list[Site] = []
    for file in sorted((ROOT / "lambdas").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name("_LOG"), attr=name)) if (
                    name in LEVELS
                ):
                    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                    found.append((str(file.relative_to(ROOT)), lines))
                case _:
                    pass
    return found


def test_every_logger_is_named_so_that_its_calls_are_found() -> None:
    made = [
        line
        for file in (ROOT / "lambdas").rglob("*.py")
        for line in file.read_text().splitlines()
        if "getLogger(" in line
    ]
    assert made
    assert set(made) == {"_LOG = logging.getLogger(__name__)"}


MELLON = "speak friend and enter"


@dataclass
class Stage:
    """The functions of a stage, and the errors that Lambda itself would log."""

    world: World
    load: Callable[..., ModuleType]
    monkeypatch: pytest.MonkeyPatch
    raised: list[str] = field(default_factory=list[str])
    seconds_left: int = 60

    def get_remaining_time_in_millis(self) -> int:
        """The stage also serves as the Lambda context of its functions."""
        return self.seconds_left * 1000

    def run(self, function: str, event: Any, **settings: Any) -> None:
        environment = {
            "STAGE": "dev",
            "REVIEWS_TABLE": self.world.table,
            "AUDIT_LOG_TABLE": self.world.audit_log_table,
            "NOTES_TABLE": self.world.notes_table,
            "REVIEW_TOPIC_ARN": self.world.topic_arn,
            "DECISION_API_URL": API_URL,
            "REVIEW_TIMEOUT_SECONDS": "86400",
            "LINK_SHORTENER": "builtin",
            "SLACK_MISSING": "",
            "EVIDENCE_PLACES": '["evidence/incoming/"]',
            "REMIND_BEFORE_SECONDS": "86400",
            "ESCALATE_BEFORE_SECONDS": "",
            "ON_TIMEOUT": "fail",
            "CALLER_ID": "taskToken",
            "WORKFLOW": "",
            "REQUIRE_VERIFIED_REQUESTER": "false",
            "REQUIRED_APPROVALS": "1",
            "KEEP_REVIEWS_SECONDS": "34560000",
            "ALLOW_SELF_APPROVAL": "false",
            "LINKS_DECIDE": "true",
            "SLACK_CHANNEL": "#signoff-dev",
            "SLACK_CHANNEL_URL": "",
            "SLACK_DECIDES": "true",
            "SLACK_BUTTONS": "true",
            "SLACK_SIGNING_SECRET_PARAMETER": "secret",
            "SLACK_TEAM_ID": "",
            "SLACK_WEBHOOK_PARAMETER": "webhook",
            "SLACK_BOT_TOKEN_PARAMETER": "",
            "SLACK_CHANNEL_ID": "",
            "SLACK_API_URL": "",
            "SLACK_NOTES": "slack",
            "SLACK_DELIVERY": "incoming-webhook",
        }
        loaded = self.load(function, **environment | settings)
        try:
            loaded.handle(event, self)
        except Exception:  # noqa: BLE001 (Lambda logs every error)
            self.raised.append(traceback.format_exc())

    def open(self, method: str, review: Review, **settings: str) -> None:
        form = {"review": str(review.linked_id), "reason": "because"}
        path = f"/approve?review={review.linked_id}"

        def handle(event: dict[str, Any], _: Any) -> dict[str, Any]:
            self.run("decision_api", event, **settings)
            return {}

        asking(handle)(method, path, form)

    def review(self, **changes: Any) -> Review:
        """A pending review."""
        ids = {"review_id": new_review_id(), "link_key": new_link_key()}
        return self.world.waiting_review(**ids, **{"deadline": FAR, "context": MELLON, **changes})

    @contextmanager
    def without(
        self, *operations: str, code: str = "InternalServerError", retries: int = 0
    ) -> Generator[None]:
        """AWS refuses these operations, after this number of retries without a response."""

        def refuse(operation: str, _: object) -> None:
            if operation in operations:
                response: Any = {
                    "Error": {"Code": code},
                    "ResponseMetadata": {"RetryAttempts": retries},
                }
                raise ClientError(response, operation)

        with before_each_call(self.monkeypatch, refuse):
            yield


@pytest.fixture
def stage(
    world: World,
    load_handler: Callable[..., ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    upload: None,
) -> Stage:
    boto3.client("ssm").put_parameter(Name="secret", Value=SECRET, Type="SecureString")
    return Stage(world, load_handler, monkeypatch)


def people_view_and_decide(stage: Stage, slack: Stub) -> None:
    looked_at = stage.review()
    stage.open("GET", looked_at)
    stage.open("POST", looked_at)
    stage.open("POST", looked_at)  # refused
    for operation in ("ExecuteStatement", "UpdateItem"):
        with stage.without(operation):
            stage.open("GET", stage.review())
    with stage.without("UpdateItem", "GetItem"):
        stage.open("GET", stage.review())
    damaged = stage.review()
    with suppress(UnreadableRow):
        stage.world.store.change(damaged.review_id, {"title": ""})
    stage.open("GET", damaged)
    with stage.without("Publish"):
        stage.open("POST", stage.review())
    with stage.without("SendTaskSuccess", code="TaskTimedOut", retries=1):
        stage.open("POST", stage.review())
    stage.run("slack_interactions", click(stage.review(), slack))
    stage.run("slack_interactions", click(stage.review(), slack), REQUIRED_APPROVALS="2")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        closed_port = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    unanswered = click(stage.review(), slack, response_url=closed_port)
    stage.run("slack_interactions", unanswered, REQUIRED_APPROVALS="2")
    with stage.without("UpdateItem"):
        stage.run("slack_interactions", click(stage.review(), slack))
    groups = {"reviewers": ("S012GROUP",), "SLACK_BOT_TOKEN_PARAMETER": "secret"}
    stage.run("slack_interactions", click(stage.review(), slack), **groups, SLACK_API_URL=slack.url)


def people_use_slash_commands(stage: Stage) -> None:
    asked = stage.review().review_id
    for text in ("pending", "history", f"show {asked}"):
        command = commands.event(urllib.parse.urlencode(commands.form(text)))
        stage.run("slack_commands", command)
        with stage.without("Query"):
            stage.run("slack_commands", command)


def notify(stage: Stage, message: Mapping[str, str]) -> None:
    stage.run("notify_slack", {"Records": [{"Sns": {"Message": json.dumps(message)}}]})


def reviews_are_requested_announced_and_cancelled(stage: Stage, slack: Stub) -> None:
    boto3.client("ssm").put_parameter(Name="webhook", Value=slack.url, Type="SecureString")
    stage.run("request_review", payload(request={**REQUEST, "context": MELLON}))
    stage.run("request_review", payload(request=REQUEST), SLACK_MISSING="create a Slack app")
    made_up = {**FILE, "version_id": "v1"}
    stage.run("request_review", payload(request={**REQUEST, "evidence": [made_up]}))
    announced = announcement(Event.REQUESTED, stage.review())
    notify(stage, announced)
    notify(stage, announced)  # already posted
    notify(stage, {"event": "none of ours"})
    unnoted = announcement(Event.REQUESTED, stage.review())
    with stage.without("ExecuteTransaction"):
        notify(stage, unnoted)
    over = threading.Event()
    slack.script[:] = [Answer(hold=over)]
    stage.seconds_left = 4
    notify(stage, announcement(Event.REQUESTED, stage.review()))  # no response
    stage.seconds_left = 60
    over.set()
    slack.script[:] = [Answer(404, b"no_service")]
    notify(stage, announcement(Event.REQUESTED, stage.review()))
    stage.run("report_undelivered", from_queue(lambdas_record(announced), "no JSON"))
    overdue = times.now() - timedelta(seconds=1)
    stage.review(deadline=overdue, due_at=overdue)
    stage.run("sweep_reviews", {})
    ended = {"status": "ABORTED", "stopDate": times.now().timestamp() * 1000}
    stage.run("close_review", {"executionArn": stage.review().execution_arn, **ended})
    failed = {"executionArn": "arn:without-a-review", "status": "FAILED", "cause": MELLON}
    stage.run("report_failure", {**failed, "stopDate": 1_732_284_309_000})
    decided = stage.review(
        status=Status.APPROVED,
        decision=Outcome.APPROVED,
        reviewer="ann",
        reason="because",
        via=Way.CLI,
        decided_at=times.now(),
        delivered_at=times.now(),
    )
    ended = {"status": "SUCCEEDED", "stopDate": times.now().timestamp() * 1000}
    stage.run("close_review", {"executionArn": decided.execution_arn, **ended})
    link_shortener.shortened("https://example.com/", "nowhere:")


def operators_view_and_change_reviews(stage: Stage) -> None:
    def call(verb: str, review: Review) -> None:
        event = {
            "routeKey": f"POST /operator/reviews/{{review_id}}/{verb}",
            "pathParameters": {"review_id": review.review_id},
            "requestContext": {
                "http": {"method": "POST", "sourceIp": "203.0.113.7"},
                "authorizer": {"iam": {"userArn": "arn:aws:iam::123456789012:user/kim"}},
            },
        }
        stage.run("operator_api", event)

    for verb in ("approve", "cancel", "remind", "reject"):
        call(verb, stage.review())
    with stage.without("UpdateItem"):
        call("approve", stage.review())


def askers_request_reviews(stage: Stage) -> None:
    event = {
        "routeKey": "POST /asker/reviews",
        "requestContext": {
            "http": {"method": "POST", "sourceIp": "203.0.113.7"},
            "authorizer": {"iam": {"userArn": "arn:aws:iam::123456789012:user/ci"}},
        },
        "body": json.dumps({"title": "Deploy?", "context": MELLON}),
    }
    stage.run("asker_api", event)


def files_arrive(stage: Stage) -> None:
    client = boto3.client("stepfunctions")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = boto3.client("iam").create_role(RoleName="ends", AssumeRolePolicyDocument=trust)
    machine = client.create_state_machine(
        name="ends",
        definition=json.dumps(
            {"StartAt": "It", "States": {"It": {"Type": "Wait", "Seconds": 600, "End": True}}}
        ),
        roleArn=role["Role"]["Arn"],
    )["stateMachineArn"]

    def arrive(key: str) -> None:
        event = {"bucket": {"name": "evidence"}, "object": {"key": key, "version-id": "v1"}}
        stage.run("start_dataset", event, EVIDENCE_BUCKET="evidence", STATE_MACHINE_ARN=machine)

    arrive("incoming/")  # a folder
    arrive(f"incoming/{MELLON}.csv")
    for execution in client.list_executions(stateMachineArn=machine)["executions"]:
        client.stop_execution(executionArn=execution["executionArn"])
    arrive(f"incoming/{MELLON}.csv")  # again, after its end


def the_sweeper_processes_due_reviews(stage: Stage, _: Stub) -> None:
    due = times.now() - timedelta(seconds=1)
    soon = times.now() + timedelta(hours=1)
    stage.review(due_at=due, deadline=soon, requested_at=due - timedelta(days=1))
    with stage.without("Publish"):  # no reminder
        stage.run("sweep_reviews", {})
    cut_off = stage.review(due_at=due, task_token="gone")
    with stage.without("SendTaskSuccess", "GetExecutionHistory"):
        stage.open("POST", cut_off)
        overdue = stage.world.store.get(cut_off.review_id)
        stage.world.store.change(overdue.review_id, {"due_at": due})
        stage.run("sweep_reviews", {})


def test_no_log_line_has_a_link_key_and_most_have_the_full_review_id(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with http_stub(Answer()) as slack:
        people_view_and_decide(stage, slack)
        people_use_slash_commands(stage)
        operators_view_and_change_reviews(stage)
        askers_request_reviews(stage)
        reviews_are_requested_announced_and_cancelled(stage, slack)
        the_sweeper_processes_due_reviews(stage, slack)
    files_arrive(stage)

    lines = [
        f"{record.getMessage()} {vars(record)} {caplog.handler.format(record)}"
        for record in caplog.records
    ]
    logged = "\n".join([*lines, *stage.raised])
    rows: Any = boto3.client("dynamodb").scan(TableName=stage.world.table)["Items"]
    assert [row for row in rows if row["link_key"]["S"] in logged] == []
    named = sum(row["review_id"]["S"] in logged for row in rows)
    assert named > len(rows) / 2, "log lines name their review"
    assert MELLON not in logged, "a caller's context and names of files are not logged"
    assert not re.search("approve\\?review=|reject\\?review=", logged)
    spoken = {(Path(it.pathname), it.lineno) for it in caplog.records}
    unlogged = [
        f"{path}:{lines.start}"
        for path, lines in log_calls()
        if not any((ROOT / path, line) in spoken for line in lines)
    ]
    assert unlogged == [], "add a path that reaches these log calls"
