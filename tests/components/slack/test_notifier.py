"""The notifier: buttons, bot or webhook, and its own secrets only."""

from datetime import timedelta

import pytest

from lambdas.domain.store.slack_notes import LEASE
from tests.components.deployments import (
    BOT,
    BOT_TOKEN,
    ESCALATION_WEBHOOK,
    UNCONNECTED,
    WEBHOOK,
    Deployment,
    deploy,
    environment,
    functions_of,
    readers,
    statements,
)


def test_messages_have_buttons_only_if_clicks_can_be_verified(
    deployment: Deployment, buttons: Deployment
) -> None:
    assert environment(deployment, "notify_slack")["SLACK_BUTTONS"] == "false"
    assert environment(buttons, "notify_slack")["SLACK_BUTTONS"] == "true"


def test_only_the_stages_own_channel_has_the_bot(everything: Deployment) -> None:
    own, second = (
        environment(everything, name) for name in ("notify_slack", "notify_slack_escalation")
    )
    assert own["SLACK_BOT_TOKEN_PARAMETER"] == "signoff-gate-channel-notify-slack-bot-token-0a1b2c3"
    assert own["SLACK_CHANNEL_ID"] == BOT["slackChannelId"]
    assert second["SLACK_BOT_TOKEN_PARAMETER"] == second["SLACK_CHANNEL_ID"] == ""
    assert second["SLACK_WEBHOOK_PARAMETER"]


def test_without_a_bot_no_resource_mentions_one(deployment: Deployment) -> None:
    variables = environment(deployment, "notify_slack")
    for name in ("SLACK_BOT_TOKEN_PARAMETER", "SLACK_CHANNEL_ID", "SLACK_API_URL"):
        assert variables[name] == ""


def test_a_bot_replaces_the_webhook(deployment: Deployment, everything: Deployment) -> None:
    bot = deploy("dev", {**UNCONNECTED, **BOT, "slackApiUrl": "https://slack-gov.com/api"})
    notifier = "signoff-gate-channel-notify-slack"
    before, after = ({item.name for item in it.resources} for it in (deployment, bot))
    assert before - after == {f"{notifier}-webhook"}
    assert after - before == {
        f"{notifier}-bot-token",
        "signoff-gate-operator-api-directory-policy",
    }
    assert bot.outputs["slack_connection"] == "bot"
    for stage, api in ((bot, "https://slack-gov.com/api"), (everything, "https://slack.com/api")):
        assert environment(stage, "notify_slack")["SLACK_API_URL"] == api
        assert environment(stage, "notify_slack")["SLACK_WEBHOOK_PARAMETER"] == ""
        assert WEBHOOK not in str(stage.resources)


@pytest.mark.parametrize(
    ("parameter", "value", "those"),
    [
        (
            "notify-slack-bot-token",
            BOT_TOKEN,
            {"channel-notify-slack", "slack-interactions", "operator-api"},
        ),
        ("escalation-webhook", ESCALATION_WEBHOOK, {"channel-escalation"}),
    ],
)
def test_each_slack_secret_is_a_secure_parameter_that_few_roles_may_read(
    everything: Deployment, parameter: str, value: str, those: set[str]
) -> None:
    found = everything.one("Parameter", parameter)
    assert found.inputs["type"] == "SecureString"
    assert found.inputs["value"] == value
    assert found.secrets == ["value"]
    assert {*readers(everything, found)} == {f"signoff-gate-{it}-role-0a1b2c3" for it in those}


def test_each_channel_can_write_its_own_notes_only(
    everything: Deployment,
) -> None:
    for function, role, notes, others in (
        ("notify_slack", "notify-slack-role", "slack", "louder"),
        ("notify_slack_escalation", "escalation-role", "louder", "slack"),
    ):
        assert environment(everything, function)["SLACK_NOTES"] == notes
        [writing] = [
            statement
            for statement in statements(everything, role)
            if "dynamodb:UpdateItem" in statement["Action"]
        ]
        attributes = writing["Condition"]["ForAllValues:StringLike"]["dynamodb:Attributes"]
        assert f"{notes}_requested" in attributes
        assert not any(it.startswith(others) for it in attributes)


def test_a_note_is_released_when_its_lease_ends(
    deployment: Deployment,
) -> None:
    seconds = functions_of(deployment)["notify_slack"].inputs["timeout"]
    assert timedelta(seconds=seconds) == LEASE


def test_the_notifier_has_the_rules_that_it_shows(
    deployment: Deployment, rules: Deployment
) -> None:
    variables = environment(rules, "notify_slack")
    assert variables["ALLOW_SELF_APPROVAL"] == "true"
    assert variables["REMIND_BEFORE_SECONDS"] == "43200"
    assert environment(deployment, "notify_slack")["ALLOW_SELF_APPROVAL"] == "false"
