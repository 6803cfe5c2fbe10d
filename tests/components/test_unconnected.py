"""The first deployment, without Slack's secrets, and the second, with them."""

import pytest

from components import SlackConnection
from local.deployment.kinds import KINDS
from tests.components.deployments import (
    EVERYTHING,
    UNCONNECTED,
    Deployment,
    deploy,
    environment,
    functions_of,
)

CONNECTED: dict[str, dict[str, str]] = {
    "bot": EVERYTHING,
    "incoming-webhook": {},
    "workflow-webhook": {"slackDelivery": "workflow-webhook"},
    "sns-https": {"slackDelivery": "sns-https"},
}


@pytest.fixture
def unconnected() -> Deployment:
    return deploy("dev", UNCONNECTED)


def test_an_unconnected_stage_deploys_all_but_the_functions_for_slack(
    unconnected: Deployment, buttons: Deployment
) -> None:
    assert unconnected.error is None
    assert set(functions_of(buttons)) - set(functions_of(unconnected)) == {
        "notify_slack",
        "slack_commands",
        "slack_interactions",
    }
    assert unconnected.of_type("TopicSubscription") == []
    assert unconnected.of_type("Parameter") == []


def test_an_unconnected_stage_warns_with_the_next_steps(unconnected: Deployment) -> None:
    connection = unconnected.outputs["slack_connection"]
    assert connection == (
        "unconnected: create a Slack app from the output slack_app_manifest, install it, invite it"
        " to #signoff-dev, set slackBotToken, slackSigningSecret and slackChannelId, and run"
        " pulumi up; docs/slack.md has the steps"
    )
    assert environment(unconnected, "request_review")["SLACK_MISSING"] in connection


@pytest.mark.parametrize("delivery", ["workflow-webhook", "sns-https"])
def test_an_unconnected_stage_for_a_workflow_warns_about_the_webhook(delivery: str) -> None:
    unconnected = SlackConnection(channel="#signoff-dev", delivery=delivery)
    assert str(unconnected) == (
        "unconnected: set slackWebhookUrl to the webhook of the Slack workflow that posts to"
        " #signoff-dev, and run pulumi up; docs/slack.md has the steps"
    )


@pytest.mark.parametrize("connection", CONNECTED)
def test_connecting_a_stage_replaces_and_removes_nothing(
    unconnected: Deployment, connection: str
) -> None:
    connected = {item.urn: item for item in deploy("dev", CONNECTED[connection]).resources}
    for before in unconnected.resources:
        after = connected[before.urn]
        # All other inputs are changed in place.
        for key in KINDS[before.type].fixed if before.custom else ():
            assert after.inputs.get(key) == before.inputs.get(key), f"{before.name}: {key}"
    changed = {it.name for it in unconnected.resources if connected[it.urn].inputs != it.inputs}
    assert "signoff-gate-request-review" in changed


@pytest.mark.parametrize("connection", CONNECTED)
def test_a_connected_stage_outputs_its_connection_and_posts_requests(connection: str) -> None:
    connected = deploy("dev", CONNECTED[connection])
    assert connected.outputs["slack_connection"] == connection
    assert environment(connected, "request_review")["SLACK_MISSING"] == ""
