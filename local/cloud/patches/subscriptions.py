"""List unconfirmed subscriptions with `PendingConfirmation` instead of an ARN."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.services import sns

PENDING = "PendingConfirmation"

_list_subscriptions_by_topic = sns._list_subscriptions_by_topic


def _list_without_unconfirmed_arns(params: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """List subscriptions as AWS does: only confirmed ones have an ARN.

    https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
    """
    status, headers, body = _list_subscriptions_by_topic(params)
    topic, _ = sns._get_topic(sns._p(params, "TopicArn"))
    for subscription in topic["subscriptions"] if topic else ():
        if not subscription["confirmed"]:
            shown = f"<SubscriptionArn>{subscription['arn']}</SubscriptionArn>".encode()
            body = body.replace(shown, f"<SubscriptionArn>{PENDING}</SubscriptionArn>".encode())
    return status, headers, body


def apply() -> None:
    """Replace `ListSubscriptionsByTopic`."""
    sns._list_subscriptions_by_topic = _list_without_unconfirmed_arns
