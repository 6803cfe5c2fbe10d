"""How a stage reaches its channel, or what to do where it does not yet.

An unconnected stage deploys whole, so that Slack can be told its addresses, and asks nobody.
"""

from dataclasses import dataclass

import pulumi

from components.settings.slack_bot import SlackBot

_BOT_MISSING = (
    "create a Slack app from the output slack_app_manifest, install it, invite it to {channel},"
    " set slackBotToken, slackSigningSecret and slackChannelId, and run pulumi up;"
    " docs/slack.md shows every click"
)
_WORKFLOW_MISSING = (
    "set slackWebhookUrl to the webhook of the Slack workflow that writes to {channel}, and run"
    " pulumi up; docs/slack.md shows every click"
)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What writes to the channel: a bot, else the webhook, which is of the kind `delivery`."""

    channel: str
    bot: SlackBot | None
    webhook_url: pulumi.Input[str] | None
    delivery: str

    @property
    def missing(self) -> str:
        """What to do before anybody can be asked; empty where the stage is connected."""
        if self.bot or self.webhook_url is not None:
            return ""
        to_do = _BOT_MISSING if self.delivery == "incoming-webhook" else _WORKFLOW_MISSING
        return to_do.format(channel=self.channel)

    def __str__(self) -> str:
        """`bot`, the kind of webhook, or `unconnected: …`."""
        if self.missing:
            return f"unconnected: {self.missing}"
        return "bot" if self.bot else self.delivery
