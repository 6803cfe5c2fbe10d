"""How a gate reaches its Slack channel, or how to connect it.

A stage deploys without Slack's secrets, since Slack needs the stage's URLs first. Until it is
connected, every request fails.
"""

from dataclasses import dataclass

import pulumi

from components.settings import rules, slack_rules
from components.settings.keys import key
from components.settings.rules import HIDDEN, ImpossibleRulesError, show

_BOT_MISSING = (
    "create a Slack app from the output slack_app_manifest, install it, invite it to {channel},"
    " set slackBotToken, slackSigningSecret and slackChannelId, and run pulumi up;"
    " docs/slack.md has the steps"
)
_WORKFLOW_MISSING = (
    "set slackWebhookUrl to the webhook of the Slack workflow that posts to {channel}, and run"
    " pulumi up; docs/slack.md has the steps"
)


@dataclass(frozen=True, kw_only=True)
class SlackConnection:
    """The channel, and the bot or webhook that posts to it.

    Raises `ImpossibleRulesError` for values that contradict each other.
    """

    channel: str = key(
        "slackChannel",
        slack_rules.channel_name,
        about="Name of the Slack channel, such as `#signoff-dev`.",
    )
    bot_token: pulumi.Input[str] | None = key(
        "slackBotToken",
        rules.optional(slack_rules.bot_token),
        default="",
        secret=True,
        about="Token of the bot that posts to the channel, sends reminders as replies, and updates"
        " each message when its review ends. Replaces the webhook.",
    )
    channel_id: str | None = key(
        "slackChannelId",
        rules.optional(slack_rules.channel_id),
        default="",
        about="ID of the channel, such as `C012ABCDEF`. Required with `slackBotToken`, and for"
        " `/signoff` in a private channel.",
    )
    webhook_url: pulumi.Input[str] | None = key(
        "slackWebhookUrl",
        rules.optional(slack_rules.webhook_url),
        default="",
        secret=True,
        about="Webhook that posts to the channel if there is no bot: https, or http on loopback."
        " Without bot and webhook, every request fails.",
    )
    delivery: str = key(
        "slackDelivery",
        rules.one_of("incoming-webhook", "workflow-webhook", "sns-https"),
        default="incoming-webhook",
        about="Kind of webhook: `incoming-webhook`, `workflow-webhook`, or `sns-https` for a"
        " workflow webhook called by SNS directly.",
    )
    signing_secret: pulumi.Input[str] | None = key(
        "slackSigningSecret",
        rules.optional(slack_rules.signing_secret),
        default="",
        secret=True,
        about="Signing secret of the Slack app, 16 to 256 characters. With it, messages have"
        " buttons and reviewers are identified; without it, messages have links.",
    )
    team_id: str | None = key(
        "slackTeamId",
        rules.optional(slack_rules.team_id),
        default="",
        about="ID of the only Slack workspace or enterprise whose members may decide, such as"
        " `T012ABCDEF` or `E012ABCDEF`. If unset, people may decide in their own workspace only.",
    )
    api_url: str = key(
        "slackApiUrl",
        slack_rules.api_url,
        default="https://slack.com/api",
        about="URL of Slack's Web API: https, or http on loopback. For GovSlack,"
        " `https://slack-gov.com/api`.",
    )
    escalation_webhook_url: pulumi.Input[str] | None = key(
        "escalationSlackWebhookUrl",
        rules.optional(slack_rules.webhook_url),
        default="",
        secret=True,
        about="Incoming webhook of the escalation channel: https, or http on loopback. Its buttons"
        " work if it belongs to the same Slack app.",
    )

    def __post_init__(self) -> None:
        if self.bot_token is not None and self.channel_id is None:
            raise ImpossibleRulesError(
                "slackBotToken must be empty without slackChannelId, the channel to post to, got"
                f" {HIDDEN}"
            )
        if self.bot_token is not None and self.delivery != "incoming-webhook":
            raise ImpossibleRulesError(
                f"slackBotToken must be empty with slackDelivery {self.delivery}, with which only"
                f" Slack's workflow posts messages, got {HIDDEN}"
            )
        if self.team_id and self.reviewers_unidentified:
            raise ImpossibleRulesError(
                "slackTeamId must be empty without slackSigningSecret, since links do not identify"
                f" reviewers, got {show(self.team_id)}"
            )

    @property
    def connected(self) -> bool:
        """Whether a bot or webhook posts to the channel."""
        return self.bot_token is not None or self.webhook_url is not None

    @property
    def channel_url(self) -> str:
        """The channel in Slack, to which `/pTS` adds a message; empty without the channel's ID.

        https://docs.slack.dev/reference/methods/chat.getPermalink
        """
        if self.channel_id is None:
            return ""
        return f"{self.api_url.removesuffix('/').removesuffix('/api')}/archives/{self.channel_id}"

    @property
    def has_buttons(self) -> bool:
        """Whether messages in the channel have buttons, whose clicks are verified."""
        return self.signing_secret is not None and self.delivery == "incoming-webhook"

    @property
    def is_org(self) -> bool:
        """Whether the app is installed for all workspaces of an enterprise."""
        return (self.team_id or "").startswith("E")

    @property
    def reviewers_unidentified(self) -> bool:
        """Whether the stage is connected, but Slack cannot identify reviewers."""
        return self.connected and self.signing_secret is None

    @property
    def missing(self) -> str:
        """How to connect the stage; empty if connected."""
        if self.connected:
            return ""
        to_do = _BOT_MISSING if self.delivery == "incoming-webhook" else _WORKFLOW_MISSING
        return to_do.format(channel=self.channel)

    def __str__(self) -> str:
        """`bot`, the kind of webhook, or `unconnected: …`."""
        if self.missing:
            return f"unconnected: {self.missing}"
        return self.delivery if self.bot_token is None else "bot"
