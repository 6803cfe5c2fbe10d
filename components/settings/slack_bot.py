"""The bot that writes a stage's messages, where Slack is to change them later.

What a webhook posted stays as it is; what a bot posted can be changed at any time.
https://docs.slack.dev/reference/methods/chat.update
"""

from dataclasses import dataclass, field
from typing import Self

import pulumi

from components.settings import slack_rules
from components.settings.rules import HIDDEN, BrokenRuleError, ImpossibleRulesError, show


@dataclass(frozen=True, kw_only=True)
class SlackBot:
    """Who writes, and to which channel: `slackBotToken` and `slackChannelId`."""

    token: pulumi.Input[str] = field(repr=False)
    channel_id: str

    @classmethod
    def of(cls, token: pulumi.Input[str] | None, channel_id: str | None) -> Self | None:
        """The bot, if any. Raises `ImpossibleRulesError` for half a bot."""
        if token is None and channel_id is None:
            return None
        if token is None:
            raise ImpossibleRulesError(
                "slackChannelId must be empty without slackBotToken, which alone needs it, got"
                f" {show(channel_id)}"
            )
        if channel_id is None:
            raise ImpossibleRulesError(
                "slackBotToken must be empty without slackChannelId, which says where to write, got"
                f" {HIDDEN}"
            )
        return cls(token=token, channel_id=channel_id)

    def check(self, *, slack_delivery: str, slack_webhook_url: pulumi.Input[str]) -> None:
        """Raise `ImpossibleRulesError` where a bot does not go with the rest of the gate.

        An address that only comes later is checked when it comes, by `beside`.
        """
        if slack_delivery != "incoming-webhook":
            raise ImpossibleRulesError(
                f"slackBotToken must be empty with slackDelivery {slack_delivery}, where only"
                f" Slack's workflow writes messages, got {HIDDEN}"
            )
        if isinstance(slack_webhook_url, str):
            self.beside(slack_webhook_url)

    @staticmethod
    def beside(webhook_url: str) -> str:
        """The stage's webhook, which tells the bot where Slack is, or `ImpossibleRulesError`."""
        try:
            return slack_rules.has_web_api(webhook_url)
        except BrokenRuleError as broken:
            raise ImpossibleRulesError(f"slackWebhookUrl {broken}") from None
