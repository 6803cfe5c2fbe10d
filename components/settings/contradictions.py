"""What a gate's values must not contradict, be they a stage's settings or a host's arguments."""

import pulumi

from components.settings.connection import Connection
from components.settings.decision_rules import DecisionRules
from components.settings.time_rules import TimeRules


def check_together(
    *,
    decisions: DecisionRules,
    times: TimeRules,
    connection: Connection,
    slack_signing_secret: pulumi.Input[str] | None,
    escalation_slack_webhook_url: pulumi.Input[str] | None,
    on_timeout: str,
) -> None:
    """Raise `ImpossibleRulesError` for the first contradiction.

    Before a stage is connected, its rules may already name what Slack's secrets will be needed for.
    """
    connected = not connection.missing
    decisions.check(
        connected=connected,
        signing_secret=slack_signing_secret is not None,
        bot_token=connection.bot is not None,
        slack_delivery=connection.delivery,
        on_timeout=on_timeout,
    )
    times.check(
        connected=connected,
        escalation_webhook=escalation_slack_webhook_url is not None,
        slack_delivery=connection.delivery,
    )
    if connection.bot:
        connection.bot.check(slack_delivery=connection.delivery)
