"""Undelivered messages: a function handles them; its failures go to a second queue."""

import pytest

from tests.components.deployments import Deployment, Resource, deploy, functions_of

FUNCTION_SECONDS = 30


def queues(deployment: Deployment) -> tuple[Resource, Resource]:
    """The queue of undelivered messages, and its dead-letter queue."""
    return (
        deployment.one("Queue", "undelivered-queue"),
        deployment.one("Queue", "undelivered-unhandled"),
    )


def arn(queue: Resource) -> str:
    return f"arn:aws:sqs:eu-central-1:111111111111:{queue.name}-0a1b2c3"


def test_messages_are_kept_encrypted_for_14_days(deployment: Deployment) -> None:
    assert len(deployment.of_type("Queue")) == 2
    for queue in queues(deployment):
        assert queue.inputs["messageRetentionSeconds"] == 14 * 24 * 60 * 60
        assert queue.inputs["sqsManagedSseEnabled"] is True


def test_messages_that_fail_three_times_go_to_the_second_queue(deployment: Deployment) -> None:
    first, second = queues(deployment)
    assert first.json("redrivePolicy") == {"deadLetterTargetArn": arn(second), "maxReceiveCount": 3}
    assert "redrivePolicy" not in second.inputs


def test_only_the_first_queue_may_be_filled_by_the_topic(deployment: Deployment) -> None:
    first, _ = queues(deployment)
    policy = deployment.one("QueuePolicy")
    (statement,) = policy.json("policy")["Statement"]
    assert (
        policy.inputs["queueUrl"]
        == f"https://sqs.eu-central-1.amazonaws.com/111111111111/{first.name}-0a1b2c3"
    )
    assert statement["Resource"] == arn(first)
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": deployment.outputs["review_topic_arn"]}
    }


def test_one_function_reads_the_queue_and_only_its_failures_are_retried(
    deployment: Deployment,
) -> None:
    first, _ = queues(deployment)
    source = deployment.one("EventSourceMapping").inputs
    assert source["eventSourceArn"] == arn(first)
    assert source["functionName"] == "signoff-gate-channel-undelivered-0a1b2c3"
    assert source["batchSize"] == 10
    assert source["functionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_visibility_timeout_is_six_times_the_functions_timeout(
    deployment: Deployment,
) -> None:
    first, _ = queues(deployment)
    function = deployment.one("Function", "channel-undelivered")
    assert function.inputs["timeout"] == FUNCTION_SECONDS
    assert first.inputs["visibilityTimeoutSeconds"] == 6 * FUNCTION_SECONDS


def test_no_other_function_may_read_the_queue(deployment: Deployment) -> None:
    readers = [
        item.inputs["role"]
        for item in deployment.of_type("RolePolicy")
        if "sqs:ReceiveMessage" in item.inputs["policy"]
    ]
    assert readers == ["signoff-gate-channel-undelivered-role-0a1b2c3"]


@pytest.mark.parametrize("delivery", ["incoming-webhook", "sns-https"])
def test_it_exists_for_every_kind_of_connection(delivery: str) -> None:
    deployment = deploy("dev", {"slackDelivery": delivery})
    assert deployment.one("EventSourceMapping")


def test_lambda_may_read_the_queue_without_a_source_account(
    deployment: Deployment,
) -> None:
    reading = {it.inputs["functionName"] for it in deployment.of_type("EventSourceMapping")}
    (role,) = {
        it.inputs["role"].rpartition("/")[2]
        for it in functions_of(deployment).values()
        if f"{it.name}-0a1b2c3" in reading
    }
    for it in deployment.of_type("Role"):
        condition = it.json("assumeRolePolicy")["Statement"][0]["Condition"]
        assert ("StringEqualsIfExists" in condition) == (f"{it.name}-0a1b2c3" == role)
