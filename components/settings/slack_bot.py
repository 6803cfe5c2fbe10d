"""The bot that writes a stage's messages, where Slack is to change them later.

What a webhook posted stays as it is; what a bot posted can be changed at any time.
https://docs.slack.dev/reference/methods/chat.update
"""

from dataclasses import dataclass, field
from typing import Self

import pulumi

from components.settings.rules import HIDDEN, ImpossibleRulesError

WEB_API = "https://slack.com/api"


@dataclass(frozen=True, kw_only=True)
class SlackBot:
    """Who writes, where to, and by which Web API, in the words of the configuration:

    `slackBotToken`, `slackChannelId` and `slackApiUrl`.
    """

    token: pulumi.Input[str] = field(repr=False)
    channel_id: str
    api_url: str = WEB_API

    @classmethod
    def of(
        cls, token: pulumi.Input[str] | None, channel_id: str | None, api_url: str
    ) -> Self | None:
        """The bot, if there is a token. Raises `ImpossibleRulesError` for one without a place."""
        if token is None:
            return None
        if channel_id is None:
            raise ImpossibleRulesError(
                "slackBotToken must be empty without slackChannelId, which says where to write, got"
                f" {HIDDEN}"
            )
        return cls(token=token, channel_id=channel_id, api_url=api_url)

    def check(self, *, slack_delivery: str) -> None:
        """Raise `ImpossibleRulesError` where a bot does not go with the rest of the gate."""
        if slack_delivery != "incoming-webhook":
            raise ImpossibleRulesError(
                f"slackBotToken must be empty with slackDelivery {slack_delivery}, where only"
                f" Slack's workflow writes messages, got {HIDDEN}"
            )
