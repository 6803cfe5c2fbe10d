"""Subscriptions of the topic, and the handling of undelivered messages."""

import json

import pytest

from tests.components.deployments import (
    BUTTONS,
    ESCALATION,
    EVERYTHING,
    RULES,
    WEBHOOK,
    Deployment,
    Resource,
    added,
    deploy,
    environment,
)


@pytest.fixture
def straight_delivery() -> Deployment:
    return deploy("dev", {"slackDelivery": "sns-https"})


def subscription_to_slack(deployment: Deployment) -> Resource:
    (subscription,) = [
        item
        for item in deployment.of_type("TopicSubscription")
        if item.name
        in ("signoff-gate-channel-slack", "signoff-gate-channel-notify-slack-subscription")
    ]
    return subscription


def gets(deployment: Deployment, name: str, event: str, **attributes: str) -> bool:
    """Whether a message with these attributes passes the subscription's filter policy."""
    policy = deployment.one("TopicSubscription", name).json("filterPolicy")
    return all(
        any(
            attribute not in rule["anything-but"] if isinstance(rule, dict) else attribute == rule
            for rule in rules
        )
        for key, rules in policy.items()
        for attribute in [{"event": event, **attributes}.get(key, "")]
    )


def queue_arn(deployment: Deployment) -> str:
    (statement,) = deployment.one("QueuePolicy").json("policy")["Statement"]
    return statement["Resource"]


def test_the_topic_is_encrypted_and_signs_with_version_2(deployment: Deployment) -> None:
    topic = deployment.one("Topic", "channel-topic").inputs
    assert topic["kmsMasterKeyId"] == "alias/aws/sns"
    assert topic["signatureVersion"] == 2


def test_an_incoming_webhook_is_a_secure_parameter_that_one_function_reads(
    deployment: Deployment,
) -> None:
    parameter = deployment.one("Parameter").inputs
    assert parameter["type"] == "SecureString"
    assert parameter["value"] == WEBHOOK
    subscription = subscription_to_slack(deployment).inputs
    assert subscription["protocol"] == "lambda"
    assert "notify-slack" in subscription["endpoint"]


def test_the_notifier_is_tried_three_times_before_a_message_is_undelivered(
    deployment: Deployment,
) -> None:
    config = deployment.one("FunctionEventInvokeConfig", "notify-slack-retries").inputs
    assert config["maximumRetryAttempts"] == 2
    assert config["maximumEventAgeInSeconds"] == 3600
    destination = config["destinationConfig"]["onFailure"]["destination"]
    assert destination == queue_arn(deployment)


@pytest.mark.parametrize("delivery", ["incoming-webhook", "workflow-webhook", "sns-https"])
def test_messages_that_the_topic_cannot_deliver_to_slack_go_to_the_queue(delivery: str) -> None:
    deployment = deploy("dev", {"slackDelivery": delivery})
    policy = subscription_to_slack(deployment).json("redrivePolicy")
    assert policy == {"deadLetterTargetArn": queue_arn(deployment)}


def test_the_same_function_posts_to_a_workflow_webhook() -> None:
    workflow = deploy("dev", {"slackDelivery": "workflow-webhook"})
    assert subscription_to_slack(workflow).inputs["protocol"] == "lambda"
    assert environment(workflow, "notify_slack")["SLACK_DELIVERY"] == "workflow-webhook"
    assert added("dev", {"slackDelivery": "workflow-webhook"}) == set()


def test_with_sns_https_a_workflow_gets_flat_json_without_escalations(
    straight_delivery: Deployment,
) -> None:
    subscription = subscription_to_slack(straight_delivery)
    assert subscription.inputs["protocol"] == "https"
    assert subscription.inputs["endpoint"] == WEBHOOK
    assert subscription.inputs["rawMessageDelivery"] is True
    assert subscription.json("deliveryPolicy") == {
        "requestPolicy": {"headerContentType": "application/json"}
    }
    assert gets(straight_delivery, "gate-channel-slack", "review.requested")
    assert gets(straight_delivery, "gate-channel-slack", "review.expired")
    assert not gets(straight_delivery, "gate-channel-slack", "review.escalated", escalated="true")


def test_a_workflows_webhook_on_loopback_is_subscribed_over_http() -> None:
    deployment = deploy(
        "dev",
        {"slackDelivery": "sns-https", "slackWebhookUrl": "http://127.0.0.1:8080/workflows"},
    )
    subscription = subscription_to_slack(deployment)
    assert subscription.inputs["protocol"] == "http"
    assert subscription.secrets == ["endpoint"]


def test_sns_https_needs_no_notifier(straight_delivery: Deployment) -> None:
    handlers = {
        item.inputs["handler"] for item in straight_delivery.of_type("Function") if item.custom
    }
    assert len(handlers) == 12
    assert not any("notify_slack" in handler for handler in handlers)
    assert straight_delivery.of_type("Parameter") == []
    alarms = [item.name for item in straight_delivery.of_type("MetricAlarm")]
    assert not any("notify-slack" in name for name in alarms)


def test_every_configured_subscriber_gets_every_event(everything: Deployment) -> None:
    people = [
        item.inputs
        for item in everything.of_type("TopicSubscription")
        if item.inputs["protocol"] in ("email", "sms") and "alarms" not in item.name
    ]
    assert sorted((item["protocol"], item["endpoint"]) for item in people) == [
        ("email", "a@example.com"),
        ("email", "b@example.com"),
        ("sms", "+4915112345678"),
    ]
    for item in people:
        assert json.loads(item["filterPolicy"]) == {"informational": [{"exists": False}]}


def test_the_others_stay_subscribed_when_one_leaves_the_list(
    rules: Deployment, everything: Deployment
) -> None:
    second, both = (
        {item.urn for item in deployment.of_type("TopicSubscription") if "email" in item.name}
        for deployment in (rules, everything)
    )
    assert len(second) == 1
    assert second < both


def test_the_stages_own_channel_gets_everything_but_escalations(
    everything: Deployment,
) -> None:
    own = "notify-slack-subscription"
    for event in ("requested", "reminder", "decided", "completed", "expired", "cancelled"):
        assert gets(everything, own, f"review.{event}")
        assert gets(everything, own, f"review.{event}", escalated="true")
    assert not gets(everything, own, "review.escalated", escalated="true")


def test_the_escalation_channel_gets_escalations_and_their_endings(
    everything: Deployment,
) -> None:
    second = "escalation-subscription"
    assert gets(everything, second, "review.escalated", escalated="true")
    assert gets(everything, second, "review.decided", escalated="true")
    assert not gets(everything, second, "review.requested")
    assert not gets(everything, second, "review.decided")


def test_escalation_adds_these_resources_and_renames_no_others() -> None:
    channel, operations = "signoff-gate-channel-escalation", "signoff-operations"
    assert added("dev", ESCALATION) == {
        f"signoff:index:SlackNotifier::{channel}",
        f"signoff:index:PythonFunction::{channel}",
        f"aws:ssm/parameter:Parameter::{channel}-webhook",
        f"aws:cloudwatch/logGroup:LogGroup::{channel}-logs",
        f"aws:iam/role:Role::{channel}-role",
        f"aws:iam/rolePolicy:RolePolicy::{channel}-policy",
        f"aws:lambda/function:Function::{channel}",
        f"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig::{channel}-retries",
        f"aws:lambda/permission:Permission::{channel}-permission",
        f"aws:sns/topicSubscription:TopicSubscription::{channel}-subscription",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter::"
        f"{operations}-count-messages-undelivered-notify-slack-escalation",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter::"
        f"{operations}-count-problems-notify-slack-escalation",
        # The eleventh function whose errors are summed; an alarm takes ten.
        f"aws:cloudwatch/metricAlarm:MetricAlarm::{operations}-functions-2",
    }


def test_rules_and_reminders_add_no_resources() -> None:
    (email,) = added("dev", RULES) - added("dev", BUTTONS)
    assert email.startswith("aws:sns/topicSubscription:TopicSubscription::")


def test_undelivered_escalations_go_to_the_same_queue(
    everything: Deployment,
) -> None:
    subscription = everything.one("TopicSubscription", "escalation-subscription")
    assert subscription.json("redrivePolicy") == {"deadLetterTargetArn": queue_arn(everything)}
    config = everything.one("FunctionEventInvokeConfig", "escalation-retries").inputs
    assert config["destinationConfig"]["onFailure"]["destination"] == queue_arn(everything)


@pytest.mark.parametrize("name", ["notify-slack", "escalation"])
def test_a_subscription_is_created_after_the_permission_and_the_queues_policy(
    everything: Deployment, name: str
) -> None:
    subscription = everything.one("TopicSubscription", f"{name}-subscription")
    after = {urn.rsplit("::", 1)[-1] for urn in subscription.dependencies}
    assert {
        f"signoff-gate-channel-{name}-permission",
        "signoff-gate-channel-undelivered-queue-policy",
    } <= after


@pytest.mark.parametrize(("config", "many"), [(EVERYTHING, 4), ({"slackDelivery": "sns-https"}, 1)])
def test_a_subscription_that_needs_confirmation_is_deleted_before_it_is_replaced(
    config: dict[str, str], many: int
) -> None:
    """SNS has one subscription per address: created first, the new one would be deleted."""
    confirmed = [
        item
        for item in deploy("dev", config).of_type("TopicSubscription")
        if item.inputs["protocol"] != "lambda"
    ]
    assert len(confirmed) == many
    assert all(item.delete_before_replace for item in confirmed)
