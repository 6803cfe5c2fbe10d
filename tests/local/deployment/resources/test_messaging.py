"""Topics, subscriptions and queues are created from their inputs."""

from __future__ import annotations

import json

from tests.local.deployment.resources.maker import AS_LIST, TAGS, Maker


def test_a_topic_has_its_attributes_and_policy(create: Maker, topic: str) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    create("TopicPolicy", arn=topic, policy=policy)
    attributes = create.aws.sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["KmsMasterKeyId"] == "alias/aws/sns"
    assert attributes["SignatureVersion"] == "2"
    assert attributes["Policy"] == policy
    assert create.aws.sns.list_tags_for_resource(ResourceArn=topic).get("Tags") == AS_LIST


def test_a_subscription_has_its_filter_and_dead_letter_queue(create: Maker, topic: str) -> None:
    letters = create("Queue").outputs["arn"]
    subscription = create(
        "TopicSubscription",
        topic=topic,
        protocol="sqs",
        endpoint=letters,
        rawMessageDelivery=True,
        filterPolicy='{"event": ["review.requested"]}',
        redrivePolicy=json.dumps({"deadLetterTargetArn": letters}),
    ).id
    attributes = create.aws.sns.get_subscription_attributes(SubscriptionArn=subscription)
    found = attributes["Attributes"]
    assert found["RawMessageDelivery"] == "true"
    assert found["FilterPolicy"] == '{"event": ["review.requested"]}'
    assert json.loads(found["RedrivePolicy"]) == {"deadLetterTargetArn": letters}


def test_a_queue_has_its_attributes_and_policy(create: Maker) -> None:
    made = create("Queue", messageRetentionSeconds=1209600.0, sqsManagedSseEnabled=True, tags=TAGS)
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    create("QueuePolicy", queueUrl=made.id, policy=policy)
    sqs = create.aws.sqs
    attributes = sqs.get_queue_attributes(QueueUrl=made.id, AttributeNames=["All"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "1209600"
    assert attributes["SqsManagedSseEnabled"] == "true"
    assert attributes["Policy"] == policy
    assert attributes["QueueArn"] == made.outputs["arn"]
    assert sqs.list_queue_tags(QueueUrl=made.id).get("Tags") == TAGS


def test_a_queue_has_its_redrive_policy(create: Maker) -> None:
    aside = create("Queue").outputs["arn"]
    redrive = {"deadLetterTargetArn": aside, "maxReceiveCount": 3}
    url = create("Queue", visibilityTimeoutSeconds=180.0, redrivePolicy=json.dumps(redrive)).id
    found = create.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert json.loads(found["RedrivePolicy"]) == redrive
    assert found["VisibilityTimeout"] == "180"
