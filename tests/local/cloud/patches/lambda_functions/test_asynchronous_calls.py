"""SNS and EventBridge call asynchronously: three attempts, then a failure record, as on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_stack import eventually

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer, Function

RAISE = "raise NotToday('the first line\\nand the second')"


def subscribed(deploy: Deployer, function: Function, **inputs: Any) -> str:
    topic = deploy.create("Topic").id
    deploy.allow_calls(function, "sns.amazonaws.com", topic)
    deploy.create(
        "TopicSubscription", topic=topic, protocol="lambda", endpoint=function.arn, **inputs
    )
    return topic


def when_failed(deploy: Deployer, function: Function, destination: str, retries: float) -> None:
    deploy.create(
        "FunctionEventInvokeConfig",
        functionName=function.name,
        maximumRetryAttempts=retries,
        maximumEventAgeInSeconds=3600.0,
        destinationConfig={"onFailure": {"destination": destination}},
    )


def test_a_failed_message_leaves_awss_invocation_record(deploy: Deployer) -> None:
    queue, arn = deploy.queue()
    function = deploy.function(RAISE, ("sqs:SendMessage", arn))
    when_failed(deploy, function, arn, 2.0)
    deploy.aws.sns.publish(TopicArn=subscribed(deploy, function), Message="hello")

    (message,) = eventually(lambda: deploy.messages(queue), "the record")
    record = json.loads(message["Body"])
    assert len(function.events()) == 3
    assert record["version"] == "1.0"
    assert record["timestamp"].endswith("Z")
    assert record["requestContext"].pop("requestId")
    assert record["requestContext"] == {
        "functionArn": f"{function.arn}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["requestPayload"]["Records"][0]["Sns"]["Message"] == "hello"
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorType"] == "NotToday"
    assert record["responsePayload"]["errorMessage"] == "the first line\nand the second"


def test_a_function_without_retries_is_called_once_and_needs_permission_to_record(
    deploy: Deployer,
) -> None:
    queue, arn = deploy.queue()
    refused, allowed = deploy.function(RAISE), deploy.function(RAISE, ("sqs:SendMessage", arn))
    for function in (refused, allowed):
        when_failed(deploy, function, arn, 0.0)
        deploy.aws.sns.publish(TopicArn=subscribed(deploy, function), Message="hello")
        eventually(function.events, "the call")

    (message,) = eventually(lambda: deploy.messages(queue), "the record of the one")
    context = json.loads(message["Body"])["requestContext"]
    assert context["functionArn"] == f"{allowed.arn}:$LATEST"
    assert context["approximateInvokeCount"] == len(allowed.events()) == 1
    assert not deploy.messages(queue)


def test_a_topic_needs_the_functions_permission(deploy: Deployer) -> None:
    closed, open_one = deploy.function(), deploy.function()
    topic = subscribed(deploy, open_one)
    deploy.create("TopicSubscription", topic=topic, protocol="lambda", endpoint=closed.arn)
    deploy.allow_calls(closed, "sns.amazonaws.com", f"{topic}-another")
    deploy.aws.sns.publish(TopicArn=topic, Message="first")
    deploy.aws.sns.publish(TopicArn=topic, Message="second")

    eventually(lambda: len(open_one.events()) == 2, "both calls")
    assert closed.events() == []


def test_a_subscriber_gets_each_message_that_its_filter_allows_once(
    deploy: Deployer,
) -> None:
    function = deploy.function()
    policy = json.dumps({"event": [{"anything-but": ["review.escalated"]}]})
    topic = subscribed(deploy, function, filterPolicy=policy)
    message_ids = [
        deploy.aws.sns.publish(
            TopicArn=topic,
            Message=kind,
            MessageAttributes={"event": {"DataType": "String", "StringValue": kind}},
        )["MessageId"]
        for kind in ("review.escalated", "review.requested")
    ]
    (event,) = eventually(function.events, "the call")
    (record,) = event["Records"]
    assert record["EventSource"] == "aws:sns"
    assert (record["Sns"]["Message"], record["Sns"]["MessageId"]) == (
        "review.requested",
        message_ids[1],
    )


@pytest.fixture
def rule(deploy: Deployer) -> Any:
    pattern = json.dumps({"source": ["test"], "detail": {"kind": ["wanted"]}})
    return deploy.create("EventRule", eventPattern=pattern).outputs


def put(deploy: Deployer, kind: str) -> None:
    entry: Any = {"Source": "test", "DetailType": "A Test", "Detail": json.dumps({"kind": kind})}
    answer = deploy.aws.events.put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0


def test_a_rules_target_is_retried_and_leaves_a_record(deploy: Deployer, rule: Any) -> None:
    queue, arn = deploy.queue()
    function = deploy.function(RAISE, ("sqs:SendMessage", arn))
    when_failed(deploy, function, arn, 1.0)
    deploy.allow_calls(function, "events.amazonaws.com", rule["arn"])
    deploy.create("EventTarget", rule=rule["name"], arn=function.arn, inputPath="$.detail")
    put(deploy, "other")
    put(deploy, "wanted")

    (message,) = eventually(lambda: deploy.messages(queue), "the record")
    assert function.events() == [{"kind": "wanted"}] * 2
    assert json.loads(message["Body"])["requestPayload"] == {"kind": "wanted"}


def test_a_rule_needs_the_functions_permission(deploy: Deployer, rule: Any) -> None:
    closed, open_one = deploy.function(), deploy.function()
    deploy.allow_calls(closed, "sns.amazonaws.com", rule["arn"])
    deploy.allow_calls(open_one, "events.amazonaws.com", rule["arn"])
    for function in (closed, open_one):
        deploy.create("EventTarget", rule=rule["name"], arn=function.arn)
    put(deploy, "wanted")
    put(deploy, "wanted")

    eventually(lambda: len(open_one.events()) == 2, "both calls")
    assert closed.events() == []
