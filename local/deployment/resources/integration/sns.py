"""SNS topics, their policies and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deployment.resources.created import Created, Handler, aws_tags, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def topic(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the topic."""
    topic_name = physical_name(name, inputs, longest=256)
    signature_version = inputs.optional_whole("signatureVersion")
    attributes = present(
        DisplayName=inputs.optional_text("displayName"),
        KmsMasterKeyId=inputs.optional_text("kmsMasterKeyId"),
        SignatureVersion=None if signature_version is None else str(signature_version),
        TracingConfig=inputs.optional_text("tracingConfig"),
        DeliveryPolicy=inputs.optional_text("deliveryPolicy"),
        Policy=inputs.optional_text("policy"),
    )
    arn = account.sns.create_topic(
        Name=topic_name, Attributes=attributes, **present(Tags=aws_tags(inputs))
    )["TopicArn"]
    return Created(arn, {"arn": arn, "name": topic_name, "owner": account.number})


def topic_policy(account: Account, _name: str, inputs: Inputs) -> Created:
    """Set who may publish and subscribe."""
    arn = inputs.text("arn")
    account.sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=inputs.text("policy")
    )
    return Created(arn, {"owner": account.number})


def subscription(account: Account, _name: str, inputs: Inputs) -> Created:
    """Subscribe an endpoint to a topic."""
    # The provider waits this long for a confirmation; here it is never waited for.
    inputs.without_effect("endpointAutoConfirms", "confirmationTimeoutInMinutes")
    raw = inputs.optional_flag("rawMessageDelivery")
    attributes = present(
        DeliveryPolicy=inputs.optional_text("deliveryPolicy"),
        FilterPolicy=inputs.optional_text("filterPolicy"),
        FilterPolicyScope=inputs.optional_text("filterPolicyScope"),
        RawMessageDelivery=None if raw is None else str(raw).lower(),
        RedrivePolicy=inputs.optional_text("redrivePolicy"),
    )
    arn = account.sns.subscribe(
        TopicArn=inputs.text("topic"),
        Protocol=inputs.text("protocol"),
        Endpoint=inputs.text("endpoint"),
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return Created(arn, {"arn": arn, "ownerId": account.number})


HANDLERS: dict[str, Handler] = {
    "aws:sns/topic:Topic": topic,
    "aws:sns/topicPolicy:TopicPolicy": topic_policy,
    "aws:sns/topicSubscription:TopicSubscription": subscription,
}
