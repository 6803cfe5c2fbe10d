"""The topic for consumers of published datasets."""

import pytest

from tests.components.deployments import Deployment, deploy, environment, statements


def test_the_topic_is_encrypted_and_separate_from_that_of_reviews(deployment: Deployment) -> None:
    topic = deployment.one("Topic", "signoff-datasets")
    assert topic.inputs["kmsMasterKeyId"] == "alias/aws/sns"
    assert topic.inputs["signatureVersion"] == 2
    arn = deployment.outputs["dataset_topic_arn"]
    assert arn.endswith(":signoff-datasets-0a1b2c3")
    assert arn != deployment.outputs["review_topic_arn"]


def test_only_the_publisher_announces_datasets(deployment: Deployment) -> None:
    topic = deployment.outputs["dataset_topic_arn"]
    assert environment(deployment, "publish_dataset")["DATASET_TOPIC_ARN"] == topic
    announcing = {
        role.name
        for role in deployment.of_type("Role")
        for statement in statements(deployment, role.name)
        if topic in str(statement["Resource"])
    }
    assert announcing == {"signoff-publish-dataset-role"}


@pytest.mark.parametrize("config", [{"notifyEmails": '["a@example.com"]'}, {}])
def test_it_has_no_subscribers(config: dict[str, str]) -> None:
    """Consumers subscribe themselves; `notifyEmails` is for reviews."""
    stage = deploy("dev", config)
    topics = {it.inputs["topic"] for it in stage.of_type("TopicSubscription")}
    assert stage.outputs["dataset_topic_arn"] not in topics
