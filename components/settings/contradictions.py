"""What a gate's values must not contradict, be they a stage's settings or a host's arguments."""

import pulumi

from components.settings.decision_rules import DecisionRules
from components.settings.slack_bot import SlackBot
from components.settings.time_rules import TimeRules


def check_together(
    *,
    decisions: DecisionRules,
    times: TimeRules,
    bot: SlackBot | None,
    slack_webhook_url: pulumi.Input[str],
    slack_delivery: str,
    slack_signing_secret: pulumi.Input[str] | None,
    escalation_slack_webhook_url: pulumi.Input[str] | None,
    on_timeout: str,
) -> None:
    """Raise `ImpossibleRulesError` for the first contradiction."""
    decisions.check(
        signing_secret=slack_signing_secret is not None,
        bot_token=bot is not None,
        slack_delivery=slack_delivery,
        on_timeout=on_timeout,
    )
    times.check(
        escalation_webhook=escalation_slack_webhook_url is not None, slack_delivery=slack_delivery
    )
    if bot:
        bot.check(slack_delivery=slack_delivery, slack_webhook_url=slack_webhook_url)
