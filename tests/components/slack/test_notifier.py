"""Whoever writes to a channel: with buttons, as a bot, and alone with its secrets."""

import pytest

from tests.components.deployments import (
    BOT,
    BOT_TOKEN,
    BUTTONS,
    ESCALATION_WEBHOOK,
    EVERYTHING,
    WEBHOOK,
    Deployment,
    added,
    deploy,
    environment,
    readers,
    statements,
)


def test_messages_carry_buttons_only_where_clicks_can_be_verified() -> None:
    assert environment(deploy("dev"), "notify_slack")["SLACK_BUTTONS"] == "false"
    assert environment(deploy("dev", BUTTONS), "notify_slack")["SLACK_BUTTONS"] == "true"


def test_only_the_stage_s_own_channel_has_the_bot() -> None:
    deployment = deploy("dev", EVERYTHING)
    own, second = (
        environment(deployment, name) for name in ("notify_slack", "notify_slack_escalation")
    )
    assert own["SLACK_BOT_TOKEN_PARAMETER"] == "signoff-gate-channel-notify-slack-bot-token-0a1b2c3"
    assert own["SLACK_CHANNEL_ID"] == BOT["slackChannelId"]
    assert second["SLACK_BOT_TOKEN_PARAMETER"] == second["SLACK_CHANNEL_ID"] == ""
    assert own["SLACK_WEBHOOK_PARAMETER"] != second["SLACK_WEBHOOK_PARAMETER"]


def test_without_a_bot_there_is_no_trace_of_one() -> None:
    variables = environment(deploy("dev"), "notify_slack")
    assert variables["SLACK_BOT_TOKEN_PARAMETER"] == variables["SLACK_CHANNEL_ID"] == ""


def test_a_bot_adds_its_token_and_what_its_role_may() -> None:
    notifier = "signoff-gate-channel-notify-slack"
    assert added("dev", BOT) == {
        f"aws:ssm/parameter:Parameter::{notifier}-bot-token",
        f"aws:iam/rolePolicy:RolePolicy::{notifier}-bot-policy",
    }


@pytest.mark.parametrize(
    ("parameter", "value", "reader"),
    [
        ("notify-slack-webhook", WEBHOOK, "notify-slack"),
        ("notify-slack-bot-token", BOT_TOKEN, "notify-slack"),
        ("escalation-webhook", ESCALATION_WEBHOOK, "escalation"),
    ],
)
def test_each_of_slack_s_secrets_is_a_secure_parameter_that_one_role_may_read(
    parameter: str, value: str, reader: str
) -> None:
    deployment = deploy("dev", EVERYTHING)
    found = deployment.one("Parameter", parameter)
    assert found.inputs["type"] == "SecureString"
    assert found.inputs["value"] == value
    assert found.secrets == ["value"]
    assert readers(deployment, found) == [f"signoff-gate-channel-{reader}-handler-role-0a1b2c3"]


def test_only_a_bot_s_notifier_may_write_reviews() -> None:
    def writes(deployment: Deployment, role: str) -> bool:
        return any(
            statement["Action"] == "dynamodb:UpdateItem"
            for statement in statements(deployment, role)
        )

    assert not writes(deploy("dev"), "notify-slack-handler-role")
    everything = deploy("dev", EVERYTHING)
    assert writes(everything, "notify-slack-handler-role")
    assert not writes(everything, "escalation-handler-role")
