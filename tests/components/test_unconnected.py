"""The first deployment, which knows no secret of Slack's, and the second, which does."""

import pytest

from tests.components.deployments import (
    BOT,
    BUTTONS,
    UNCONNECTED,
    Deployment,
    deploy,
    environment,
    functions_of,
)
from tests.engine.provider.kinds import KINDS

CONNECTED: dict[str, dict[str, str]] = {
    "bot": {**UNCONNECTED, **BOT, **BUTTONS},
    "incoming-webhook": {},
    "workflow-webhook": {"slackDelivery": "workflow-webhook"},
    "sns-https": {"slackDelivery": "sns-https"},
}


@pytest.fixture
def unconnected(stage: str) -> Deployment:
    return deploy(stage, UNCONNECTED)


def test_it_deploys_whole_but_for_what_writes_to_slack_and_hears_it(
    unconnected: Deployment, stage: str
) -> None:
    assert unconnected.error is None
    whole = functions_of(deploy(stage, BUTTONS))
    assert set(whole) - set(functions_of(unconnected)) == {
        "notify_slack",
        "slack_commands",
        "slack_interactions",
    }
    assert unconnected.of_type("TopicSubscription") == []
    assert unconnected.of_type("Parameter") == []


def test_it_says_what_to_do(unconnected: Deployment, stage: str) -> None:
    told = unconnected.outputs["slack_connection"]
    assert told == (
        "unconnected: create a Slack app from the output slack_app_manifest, install it, invite it"
        f" to #signoff-{stage}, set slackBotToken, slackSigningSecret and slackChannelId, and run"
        " pulumi up; docs/slack.md shows every click"
    )
    assert environment(unconnected, "request_review")["SLACK_MISSING"] in told


@pytest.mark.parametrize("delivery", ["workflow-webhook", "sns-https"])
def test_a_stage_that_wants_a_workflow_is_told_of_its_webhook(delivery: str) -> None:
    unconnected = deploy("dev", {**UNCONNECTED, "slackDelivery": delivery})
    assert unconnected.outputs["slack_connection"] == (
        "unconnected: set slackWebhookUrl to the webhook of the Slack workflow that writes to"
        " #signoff-dev, and run pulumi up; docs/slack.md shows every click"
    )


@pytest.mark.parametrize("connection", CONNECTED)
def test_connecting_it_replaces_nothing_and_takes_nothing_away(
    unconnected: Deployment, stage: str, connection: str
) -> None:
    connected = {item.urn: item for item in deploy(stage, CONNECTED[connection]).resources}
    for before in unconnected.resources:
        after = connected[before.urn]
        # All other inputs are changed in place.
        for key in KINDS[before.type].fixed if before.custom else ():
            assert after.inputs.get(key) == before.inputs.get(key), f"{before.name}: {key}"
    changed = {it.name for it in unconnected.resources if connected[it.urn].inputs != it.inputs}
    assert "signoff-gate-request-review-function" in changed


@pytest.mark.parametrize("connection", CONNECTED)
def test_a_connected_stage_says_how_and_asks(connection: str) -> None:
    connected = deploy("dev", CONNECTED[connection])
    assert connected.outputs["slack_connection"] == connection
    assert environment(connected, "request_review")["SLACK_MISSING"] == ""


def test_where_a_bot_writes_a_webhook_is_not_used() -> None:
    assert deploy("dev", BOT).outputs["slack_connection"] == "bot"
