"""What a gate is made of, in the words of the configuration: for hosts, and from settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import pulumi

from components.reviews.evidence import EvidencePlace
from components.settings.connection import Connection
from components.settings.contradictions import check_together
from components.settings.decision_rules import DecisionRules
from components.settings.settings import Settings
from components.settings.slack_bot import SlackBot
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules


@dataclass(frozen=True, kw_only=True)
class ReviewGateArgs:
    """Whom to ask, about what is in which bucket, who may decide, and until when.

    The words are those of the configuration keys with the same names.
    Raises `ImpossibleRulesError` for rules that nobody could satisfy here.
    """

    stage: Stage
    evidence: Sequence[EvidencePlace] = ()
    """Where files may be that a request shows; elsewhere the gate reads nothing."""
    slack_channel: str
    slack_webhook_url: pulumi.Input[str] | None = None
    """Without it, and without a bot, the gate is unconnected: it fails whatever is asked."""
    slack_delivery: str = "incoming-webhook"
    slack_signing_secret: pulumi.Input[str] | None = None
    slack_bot: SlackBot | None = None
    slack_channel_id: str | None = None
    """What Slack calls the channel, where that is known: its commands are answered there."""
    rules: DecisionRules = field(default_factory=DecisionRules)
    times: TimeRules = field(default_factory=TimeRules)
    escalation_slack_webhook_url: pulumi.Input[str] | None = None
    notify_emails: Sequence[str] = ()
    notify_sms_numbers: Sequence[str] = ()
    on_timeout: str = "fail"
    link_shortener: str = "builtin"

    def __post_init__(self) -> None:
        check_together(
            decisions=self.rules,
            times=self.times,
            connection=self.connection,
            slack_signing_secret=self.slack_signing_secret,
            escalation_slack_webhook_url=self.escalation_slack_webhook_url,
            on_timeout=self.on_timeout,
        )

    @property
    def connection(self) -> Connection:
        """What writes to the channel, if anything does yet, as one value."""
        return Connection(
            channel=self.slack_channel,
            bot=self.slack_bot,
            webhook_url=self.slack_webhook_url,
            delivery=self.slack_delivery,
        )

    @classmethod
    def of(cls, settings: Settings, *, stage: Stage, evidence: Sequence[EvidencePlace]) -> Self:
        """A stage's settings as the gate's arguments."""
        return cls(
            stage=stage,
            evidence=evidence,
            slack_channel=settings.slack_channel,
            slack_webhook_url=settings.slack_webhook_url,
            slack_delivery=settings.slack_delivery,
            slack_signing_secret=settings.slack_signing_secret,
            slack_bot=settings.slack_bot,
            slack_channel_id=settings.slack_channel_id,
            rules=settings.decision_rules,
            times=settings.time_rules,
            escalation_slack_webhook_url=settings.escalation_slack_webhook_url,
            notify_emails=settings.notify_emails,
            notify_sms_numbers=settings.notify_sms_numbers,
            on_timeout=settings.on_timeout,
            link_shortener=settings.link_shortener,
        )
