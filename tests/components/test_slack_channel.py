"""How people hear of reviews, and what becomes of a message that does not arrive."""

import json

import pytest

from tests.components.deployments import WEBHOOK, Deployment, Resource, deploy

EVERYBODY = {
    "notifyEmails": '["a@example.com", "b@example.com"]',
    "notifySmsNumbers": '["+4915112345678"]',
}


@pytest.fixture
def function_delivery() -> Deployment:
    return deploy("dev")


@pytest.fixture
def workflow_delivery() -> Deployment:
    return deploy("dev", {"slackDelivery": "workflow-webhook"})


def subscription_to_slack(deployment: Deployment) -> Resource:
    return deployment.one("TopicSubscription", "gate-channel-slack")


def queue_arn(deployment: Deployment) -> str:
    (statement,) = deployment.one("QueuePolicy").json("policy")["Statement"]
    return statement["Resource"]


def test_the_topic_is_encrypted_and_signs_with_version_2(function_delivery: Deployment) -> None:
    topic = function_delivery.one("Topic", "channel-topic").inputs
    assert topic["kmsMasterKeyId"] == "alias/aws/sns"
    assert topic["signatureVersion"] == 2


def test_undelivered_messages_are_kept_encrypted_for_14_days(
    function_delivery: Deployment,
) -> None:
    queue = function_delivery.one("Queue").inputs
    assert queue["messageRetentionSeconds"] == 14 * 24 * 60 * 60
    assert queue["sqsManagedSseEnabled"] is True


def test_an_incoming_webhook_is_a_secure_parameter_that_one_function_reads(
    function_delivery: Deployment,
) -> None:
    parameter = function_delivery.one("Parameter").inputs
    assert parameter["type"] == "SecureString"
    assert parameter["value"] == WEBHOOK
    subscription = subscription_to_slack(function_delivery).inputs
    assert subscription["protocol"] == "lambda"
    assert "notify-slack" in subscription["endpoint"]


def test_the_notifier_is_tried_three_times_before_a_message_is_undelivered(
    function_delivery: Deployment,
) -> None:
    config = function_delivery.one("FunctionEventInvokeConfig").inputs
    assert config["maximumRetryAttempts"] == 2
    destination = config["destinationConfig"]["onFailure"]["destination"]
    assert destination == queue_arn(function_delivery)


@pytest.mark.parametrize("delivery", ["incoming-webhook", "workflow-webhook"])
def test_what_the_topic_cannot_deliver_to_slack_goes_to_the_queue(delivery: str) -> None:
    deployment = deploy("dev", {"slackDelivery": delivery})
    policy = subscription_to_slack(deployment).json("redrivePolicy")
    assert policy == {"deadLetterTargetArn": queue_arn(deployment)}


def test_a_workflow_webhook_gets_the_flat_message_of_requested_reviews(
    workflow_delivery: Deployment,
) -> None:
    subscription = subscription_to_slack(workflow_delivery)
    assert subscription.inputs["protocol"] == "https"
    assert subscription.inputs["endpoint"] == WEBHOOK
    assert subscription.inputs["rawMessageDelivery"] is True
    assert subscription.json("filterPolicy") == {"event": ["review.requested"]}


def test_a_workflow_webhook_on_loopback_is_subscribed_over_http() -> None:
    deployment = deploy(
        "dev",
        {
            "slackDelivery": "workflow-webhook",
            "slackWebhookUrl": "http://127.0.0.1:8080/workflows",
        },
    )
    subscription = subscription_to_slack(deployment)
    assert subscription.inputs["protocol"] == "http"
    assert subscription.secrets == ["endpoint"]


def test_a_workflow_webhook_needs_no_notifier(workflow_delivery: Deployment) -> None:
    handlers = {
        item.inputs["handler"] for item in workflow_delivery.of_type("Function") if item.custom
    }
    assert len(handlers) == 4
    assert not any("notify_slack" in handler for handler in handlers)
    assert workflow_delivery.of_type("Parameter") == []
    alarms = [item.name for item in workflow_delivery.of_type("MetricAlarm")]
    assert not any("notify-slack" in name for name in alarms)


def test_everybody_configured_is_told_of_everything() -> None:
    deployment = deploy("dev", EVERYBODY)
    people = [
        item.inputs
        for item in deployment.of_type("TopicSubscription")
        if item.inputs["protocol"] in ("email", "sms")
    ]
    assert sorted((item["protocol"], item["endpoint"]) for item in people) == [
        ("email", "a@example.com"),
        ("email", "b@example.com"),
        ("sms", "+4915112345678"),
    ]
    assert not any("filterPolicy" in item for item in people)


def test_the_others_stay_subscribed_when_one_leaves_the_list() -> None:
    def urns(emails: list[str]) -> set[str]:
        deployment = deploy("dev", {"notifyEmails": json.dumps(emails)})
        return {item.urn for item in deployment.of_type("TopicSubscription")}

    both, second = urns(["a@example.com", "b@example.com"]), urns(["b@example.com"])
    assert second < both
