"""Effects of the configuration keys, end to end; compatible settings share a stage."""

import json
import re
import urllib.parse
from datetime import timedelta

import pytest

from lambdas.datasets.names import execution_name
from lambdas.domain.lifecycle.expire import CLOCK_SKEW
from lambdas.domain.runtime import times
from local import loopback
from tests.local_stack import DeployedStage, Execution, eventually, without_visits
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("settings")

SOON = (
    "reviewTimeout=5s",
    'notifyEmails=["team@example.com"]',
    'notifySmsNumbers=["+4915112345678"]',
    "alarmEmail=ops@example.com",
    "logRetentionDays=365",
)
WORKFLOW = ("slackDelivery=workflow-webhook", "onTimeout=reject", "linkShortener=tinyurl")
VERIFIED = "requireVerifiedRequester=true"
TOPIC = (
    "slackDelivery=sns-https",
    "linkShortener=none",
    "anomalyThreshold=0.5",
)
OWN_FILES = ("sampleData=false", "flagColumn=is anomalous")


@pytest.fixture
def short_timeout(stages: Stages) -> DeployedStage:
    """A stage with a short timeout and all kinds of notifications."""
    return stages.dev(*SOON)


@pytest.fixture
def workflow(stages: Stages) -> DeployedStage:
    """A stage that starts a Slack workflow."""
    return stages.dev(*WORKFLOW)


@pytest.fixture(scope="module")
def topic(stages: Stages) -> DeployedStage:
    """A stage whose topic starts a Slack workflow, with a confirmed subscription."""
    stage = stages.dev(*TOPIC)
    confirmation = json.dumps(stage.message_with("Confirm"))
    link = re.search(r"http://127[^\"|>\\ ]*Action=ConfirmSubscription[^\"|>\\ ]*", confirmation)
    assert link
    assert loopback.get(link[0].replace("&amp;", "&")).status_code == 200
    return stage


def test_only_the_workflow_may_name_a_requester_when_verification_is_on(
    stages: Stages,
) -> None:
    stage = stages.dev(VERIFIED)
    execution, review_id = stage.ask(requested_by="kim")
    stage.message_with(review_id, "kim (says the caller), verified: workflow dataset")
    stage.post("approve", review_id)
    ended = execution.end()
    assert ended["output"]["review"]["requester_verified"] is True

    for machine in ("review", "answer"):
        refused = stage.start_machine(machine, title="Promote?", requested_by="kim").end()
        assert (refused["status"], refused["error"]) == ("FAILED", "RequesterNotVerified")


def test_a_timeout_fails_the_execution_and_refuses_a_late_decision(
    short_timeout: DeployedStage,
) -> None:
    execution = short_timeout.start()

    ended = execution.end()

    assert (ended["status"], ended["error"]) == ("FAILED", "ReviewExpired")
    assert ended["cause"] == "No decision within 5 seconds."
    row = short_timeout.row_of(execution)
    review_id = row["review_id"]
    assert row["status"] == "EXPIRED"
    short_timeout.message_with("*Expired*", row["title"])
    noted = eventually(
        lambda: short_timeout.settled_row(review_id, "review.expired"),
        "the message about the expiry",
    )
    assert short_timeout.post("approve", review_id).status_code == 410
    assert without_visits(short_timeout.row(review_id)) == without_visits(noted)


def test_a_timeout_can_reject(workflow: DeployedStage) -> None:
    execution, review_id = workflow.ask_machine(timeout="3s")

    ended = execution.end()

    assert (ended["error"], ended["cause"]) == (
        "ReviewRejected",
        "No decision within 3 seconds.",
    )
    row = workflow.row(review_id)
    assert (row["status"], row["via"]) == ("REJECTED", "timeout")
    workflow.message_with("Rejected by timeout", row["title"])
    assert workflow.post("approve", review_id).status_code == 409


def test_a_timeout_can_approve_but_callers_cannot_shorten_it(stages: Stages) -> None:
    stage = stages.dev("onTimeout=approve", "reviewTimeout=4s")
    execution, review_id = stage.ask_machine(timeout="1s")
    row = stage.row(review_id)
    asked, deadline = (times.from_text(row[it]) for it in ("requested_at", "deadline"))
    assert deadline - asked == timedelta(seconds=4)

    ended = execution.end()

    assert times.now() >= deadline + CLOCK_SKEW
    assert ended["status"] == "SUCCEEDED"
    assert (ended["output"]["decision"], ended["output"]["via"]) == ("approved", "timeout")
    assert stage.row(review_id)["status"] == "APPROVED"
    stage.message_with("Approved by timeout", row["title"])


def test_the_threshold_determines_when_a_review_is_requested(topic: DeployedStage) -> None:
    assert "review" not in topic.start(rows=100, anomaly_rate=0.5).end()["output"]
    execution, review_id = topic.ask(rows=100, anomaly_rate=0.51)
    topic.message_with("51.0% (limit 50.0%)")

    topic.post("approve", review_id)
    assert execution.end()["status"] == "SUCCEEDED"


@pytest.fixture
def own_files(stages: Stages) -> DeployedStage:
    """A stage without the sample, whose files have flags in another column."""
    return stages.dev(*OWN_FILES)


def test_without_the_sample_the_workflow_needs_a_file(own_files: DeployedStage) -> None:
    ended = own_files.start(rows=10).end()

    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert "file is required: this stage has no sample data" in ended["cause"]
    functions = own_files.client("lambda").list_functions()["Functions"]
    assert not any("generate_dataset" in it["Handler"] for it in functions)


def test_the_flag_column_determines_which_rows_are_flagged(own_files: DeployedStage) -> None:
    bucket, key = own_files.outputs["evidence_bucket_name"], "incoming/orders.csv"
    body = b"id,flagged,is anomalous\n1,yes,no\n2,yes,no\n3,no,yes\n"
    put = own_files.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    machine = own_files.outputs["state_machine_arn"].replace(":stateMachine:", ":execution:")
    name = execution_name(bucket, key, put["VersionId"])
    execution = Execution(f"{machine}:{name}", own_files)

    own_files.message_with("orders.csv: 1 of 3 rows is flagged")
    review_id = own_files.row_of(execution)["review_id"]
    assert own_files.post("approve", review_id).status_code == 200
    dataset = execution.end()["output"]["dataset"]
    assert (dataset["rows"], dataset["flagged_rows"]) == (3, 1)


@pytest.mark.parametrize("shortener", ["workflow", "topic"])  # with and without TinyURL
def test_the_long_link_opens_the_evidence(shortener: str, request: pytest.FixtureRequest) -> None:
    # Without the Internet, the TinyURL service fails and the long link is used.
    dev: DeployedStage = request.getfixturevalue(shortener)
    execution, review_id = dev.ask(anomaly_rate=0.9)

    [file] = json.loads(dev.row(review_id)["evidence"])
    link = file["link"]

    assert "X-Amz-Signature" in urllib.parse.urlsplit(link).query
    assert loopback.get(link).text.startswith("record_id,")
    assert dev.get("evidence", review_id).status_code == 302
    dev.post("approve", review_id)
    assert execution.end()["status"] == "SUCCEEDED"


def test_a_slack_workflow_is_started_with_flat_strings(workflow: DeployedStage) -> None:
    workflow.break_slack(status=500, times=1)

    execution, review_id = workflow.ask()

    workflow.message_with("Decision needed in dev", review_id)
    assert workflow.post("approve", review_id).status_code == 200
    assert execution.end()["status"] == "SUCCEEDED"
    workflow.message_with("Approved by", workflow.row(review_id)["title"])
    tries = workflow.deliveries()
    assert {it["method"] for it in tries} == {"workflow"}
    assert [it["status"] for it in tries if it["status"] != 200] == [500]


def test_a_slack_workflow_can_be_started_by_the_topic(topic: DeployedStage) -> None:
    execution, review_id = topic.ask(anomaly_rate=0.9)

    topic.message_with("Decision needed in dev", review_id)
    assert topic.post("approve", review_id).status_code == 200
    assert execution.end()["status"] == "SUCCEEDED"
    topic.message_with("Approved by", topic.row(review_id)["title"])
    sns = topic.client("sns")
    [subscription, *_] = sns.list_subscriptions_by_topic(
        TopicArn=topic.outputs["review_topic_arn"]
    )["Subscriptions"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])[
        "Attributes"
    ]
    assert attributes["RawMessageDelivery"] == "true"
    assert json.loads(attributes["FilterPolicy"]) == {
        "event": [{"anything-but": ["review.escalated"]}]
    }


def test_emails_and_sms_are_subscribed_and_logs_are_retained(short_timeout: DeployedStage) -> None:
    sns = short_timeout.client("sns")
    reviews = sns.list_subscriptions_by_topic(TopicArn=short_timeout.outputs["review_topic_arn"])
    assert {(it["Protocol"], it["Endpoint"]) for it in reviews["Subscriptions"]} >= {
        ("email", "team@example.com"),
        ("sms", "+4915112345678"),
    }
    everything = sns.list_subscriptions()["Subscriptions"]
    assert ("email", "ops@example.com") in {(it["Protocol"], it["Endpoint"]) for it in everything}
    groups = short_timeout.client("logs").describe_log_groups()["logGroups"]
    assert {group["retentionInDays"] for group in groups} == {365}
