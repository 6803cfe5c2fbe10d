"""What the configuration keys change, end to end."""

import json
import re
import urllib.parse
from collections.abc import Callable

import pytest

from local import loopback
from tests.laptop import DeployedStage, eventually, without_visits

Deploy = Callable[..., DeployedStage]
pytestmark = pytest.mark.xdist_group("settings")


def test_silence_fails_the_execution_and_the_late_click_is_told(dev_with: Deploy) -> None:
    dev = dev_with("reviewTimeout=15s")
    execution, review_id = dev.ask()

    ended = execution.end()

    assert (ended["status"], ended["error"]) == ("FAILED", "ReviewExpired")
    assert ended["cause"] == "Nobody decided within 15 seconds."
    row = dev.row(review_id)
    assert row["status"] == "EXPIRED"
    dev.message_with("*Expired*", row["title"])
    assert dev.post("approve", review_id).status_code == 410
    assert without_visits(dev.row(review_id)) == without_visits(row)


def test_silence_may_reject(dev_with: Deploy) -> None:
    execution, review_id = (dev := dev_with("reviewTimeout=15s", "onTimeout=reject")).ask()

    ended = execution.end()

    assert (ended["error"], ended["cause"]) == (
        "ReviewRejected",
        "Nobody decided within 15 seconds.",
    )
    row = dev.row(review_id)
    assert (row["status"], row["via"]) == ("REJECTED", "timeout")
    dev.message_with("*Rejected* by timeout", row["title"])
    assert dev.post("approve", review_id).status_code == 409


def test_silence_may_approve(dev_with: Deploy) -> None:
    execution, review_id = (dev := dev_with("reviewTimeout=15s", "onTimeout=approve")).ask()

    ended = execution.end()

    assert ended["status"] == "SUCCEEDED"
    review = ended["output"]["review"]
    assert (review["decision"], review["via"]) == ("approved", "timeout")
    assert dev.row(review_id)["status"] == "APPROVED"
    dev.message_with("*Approved* by timeout")


def test_the_threshold_says_when_a_person_is_asked(dev_with: Deploy) -> None:
    dev = dev_with("anomalyThreshold=0.5", "linkShortener=none")

    assert "review" not in dev.start(rows=100, anomaly_rate=0.5).end()["output"]
    execution, review_id = dev.ask(rows=100, anomaly_rate=0.51)
    dev.message_with("51.0% (limit 50.0%)")

    dev.post("approve", review_id)
    assert execution.end()["status"] == "SUCCEEDED"


@pytest.mark.parametrize("shortener", ["none", "tinyurl"])
def test_the_long_link_leads_to_the_evidence_itself(dev_with: Deploy, shortener: str) -> None:
    # Without the Internet, the TinyURL service fails and the long link is used.
    settings = ["linkShortener=tinyurl"]
    if shortener == "none":
        settings = ["anomalyThreshold=0.5", "linkShortener=none"]
    dev = dev_with(*settings)
    execution, review_id = dev.ask(anomaly_rate=0.9)

    [file] = json.loads(dev.row(review_id)["evidence"])
    link = file["link"]

    assert "X-Amz-Signature" in urllib.parse.urlsplit(link).query
    assert loopback.get(link).text.startswith("record_id,")
    assert dev.get("evidence", review_id).status_code == 302
    dev.post("approve", review_id)
    assert execution.end()["status"] == "SUCCEEDED"


def test_a_slack_workflow_is_started_with_flat_strings(dev_with: Deploy) -> None:
    dev = dev_with("slackDelivery=workflow-webhook")
    dev.break_slack(status=500, times=1)

    execution, review_id = dev.ask()

    dev.message_with("Decision needed in dev", review_id)
    assert dev.post("approve", review_id).status_code == 200
    assert execution.end()["status"] == "SUCCEEDED"
    dev.message_with("Approved by", dev.row(review_id)["title"])
    assert {it["method"] for it in dev.deliveries()} == {"workflow"}
    assert [it["status"] for it in dev.deliveries()] == [500, 200, 200]


def test_straight_from_the_topic_a_slack_workflow_is_confirmed_by_hand_and_gets_the_same(
    dev_with: Deploy,
) -> None:
    dev = dev_with("slackDelivery=sns-https")
    confirmation = json.dumps(dev.message_with("Confirm"))
    link = re.search(r"http://127[^\"|>\\ ]*Action=ConfirmSubscription[^\"|>\\ ]*", confirmation)
    assert link
    assert loopback.get(link[0].replace("&amp;", "&")).status_code == 200

    execution, review_id = dev.ask()

    dev.message_with("Decision needed in dev", review_id)
    assert dev.post("approve", review_id).status_code == 200
    assert execution.end()["status"] == "SUCCEEDED"
    dev.message_with("Approved by", dev.row(review_id)["title"])
    subscriptions = dev.client("sns").list_subscriptions_by_topic(
        TopicArn=dev.outputs["review_topic_arn"]
    )["Subscriptions"]
    attributes = dev.client("sns").get_subscription_attributes(
        SubscriptionArn=subscriptions[0]["SubscriptionArn"]
    )["Attributes"]
    assert attributes["RawMessageDelivery"] == "true"
    assert json.loads(attributes["FilterPolicy"]) == {
        "event": [{"anything-but": ["review.escalated"]}]
    }


def test_email_and_sms_hear_of_the_review(dev_with: Deploy) -> None:
    dev = dev_with('notifyEmails=["team@example.com"]', 'notifySmsNumbers=["+4915112345678"]')

    subscriptions = dev.client("sns").list_subscriptions_by_topic(
        TopicArn=dev.outputs["review_topic_arn"]
    )["Subscriptions"]

    assert {(it["Protocol"], it["Endpoint"]) for it in subscriptions} >= {
        ("email", "team@example.com"),
        ("sms", "+4915112345678"),
    }


def test_the_alarm_email_and_the_retention_are_set(dev_with: Deploy) -> None:
    dev = dev_with("alarmEmail=ops@example.com", "logRetentionDays=365")

    def subscribed() -> bool:
        subscriptions = dev.client("sns").list_subscriptions()["Subscriptions"]
        return ("email", "ops@example.com") in {
            (it["Protocol"], it["Endpoint"]) for it in subscriptions
        }

    assert eventually(subscribed, "the alarm subscription")
    groups = dev.client("logs").describe_log_groups()["logGroups"]
    assert {group["retentionInDays"] for group in groups} == {365}
