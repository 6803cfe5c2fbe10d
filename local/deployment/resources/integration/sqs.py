"""SQS queues and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deployment.resources.created import Created, Handler, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs

NUMBERS = {
    "delaySeconds": "DelaySeconds",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
TEXTS = {
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
}


def queue(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the queue."""
    queue_name = physical_name(name, inputs, longest=80)
    url = account.sqs.create_queue(
        QueueName=queue_name, **present(Attributes=_attributes(inputs), tags=inputs.table("tags"))
    )["QueueUrl"]
    arn = f"arn:aws:sqs:{account.region}:{account.number}:{queue_name}"
    return Created(url, {"arn": arn, "name": queue_name, "url": url})


def _attributes(inputs: Inputs) -> dict[str, str]:
    numbers = {name: inputs.optional_whole(key) for key, name in NUMBERS.items()}
    texts = {name: inputs.optional_text(key) for key, name in TEXTS.items()}
    managed = inputs.optional_flag("sqsManagedSseEnabled")
    flags = {"SqsManagedSseEnabled": None if managed is None else str(managed).lower()}
    given = {**numbers, **texts, **flags}
    return {name: str(value) for name, value in given.items() if value is not None}


def queue_policy(account: Account, _name: str, inputs: Inputs) -> Created:
    """Set who may send and receive."""
    url = inputs.text("queueUrl")
    account.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": inputs.text("policy")})
    return Created(url, {})


HANDLERS: dict[str, Handler] = {
    "aws:sqs/queue:Queue": queue,
    "aws:sqs/queuePolicy:QueuePolicy": queue_policy,
}
