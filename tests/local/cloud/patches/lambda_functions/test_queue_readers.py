"""A function reads its queue with its own role; failed messages are retried, then dead-lettered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.local_stack import eventually

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer, Function

READING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
REPORT = (
    "return {'batchItemFailures': [{'itemIdentifier': record['messageId']}"
    " for record in event['Records'] if record['body'].startswith('bad')]}"
)


def reading(queue_arn: str) -> list[tuple[str, str]]:
    return [(action, queue_arn) for action in READING]


def read(deploy: Deployer, function: Function, queue_arn: str, **inputs: Any) -> None:
    deploy.create(
        "EventSourceMapping",
        eventSourceArn=queue_arn,
        functionName=function.arn,
        batchSize=10.0,
        functionResponseTypes=["ReportBatchItemFailures"],
        **inputs,
    )


def bodies(function: Function) -> list[str]:
    return [record["body"] for event in function.events() for record in event["Records"]]


def send(deploy: Deployer, queue: str, *texts: str) -> None:
    for text in texts:
        deploy.aws.sqs.send_message(QueueUrl=queue, MessageBody=text)


def waiting(deploy: Deployer, queue: str) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = deploy.aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    return sum(int(count) for count in answer["Attributes"].values())


def test_only_failed_messages_are_retried_and_then_dead_lettered(
    deploy: Deployer,
) -> None:
    aside, aside_arn = deploy.queue()
    queue, arn = deploy.queue(
        visibilityTimeoutSeconds=1.0,
        redrivePolicy=json.dumps({"deadLetterTargetArn": aside_arn, "maxReceiveCount": 2}),
    )
    send(deploy, queue, "good one", "bad one", "good two")
    function = deploy.function(REPORT, *reading(arn))
    read(deploy, function, arn)

    (message,) = eventually(lambda: deploy.messages(aside), "the dead-lettered message")
    assert message["Body"] == "bad one"
    seen = bodies(function)
    assert {text: seen.count(text) for text in seen} == {
        "good one": 1,
        "bad one": 2,
        "good two": 1,
    }
    assert waiting(deploy, queue) == 0


def test_a_batch_is_retried_when_the_function_raises(deploy: Deployer) -> None:
    aside, aside_arn = deploy.queue()
    queue, arn = deploy.queue(
        visibilityTimeoutSeconds=1.0,
        redrivePolicy=json.dumps({"deadLetterTargetArn": aside_arn, "maxReceiveCount": 2}),
    )
    send(deploy, queue, "one")
    function = deploy.function("raise NotToday", *reading(arn))
    read(deploy, function, arn, scalingConfig={"maximumConcurrency": 2.0})

    (message,) = eventually(lambda: deploy.messages(aside), "the dead-lettered message")
    assert message["Body"] == "one"
    assert bodies(function) == ["one", "one"]


def test_reading_a_queue_needs_the_roles_permission(deploy: Deployer) -> None:
    queue, arn = deploy.queue()
    other, other_arn = deploy.queue()
    closed = deploy.function(REPORT, *reading(arn)[:2])
    open_one = deploy.function(REPORT, *reading(other_arn))
    read(deploy, closed, arn)
    read(deploy, open_one, other_arn)
    for text in ("first", "second"):
        send(deploy, queue, text)
        send(deploy, other, text)
        eventually(lambda wanted=text: wanted in bodies(open_one), "the other's messages")
    assert (closed.events(), waiting(deploy, queue)) == ([], 2)

    deploy.grant(closed.role, *reading(arn))
    eventually(lambda: sorted(bodies(closed)) == ["first", "second"], "its own messages")
