"""The rules of a gate as one value: Slack, decisions, times."""

from dataclasses import dataclass, field

from components.settings import rules
from components.settings.decision_rules import DecisionRules
from components.settings.keys import key
from components.settings.slack_connection import SlackConnection
from components.settings.time_rules import TimeRules


@dataclass(frozen=True, kw_only=True)
class GateRules:
    """Where to ask, who may decide, and until when.

    Raises `ImpossibleRulesError` for rules that contradict each other.
    """

    slack: SlackConnection
    decisions: DecisionRules = field(default_factory=DecisionRules)
    times: TimeRules = field(default_factory=TimeRules)
    require_verified_requester: bool = key(
        "requireVerifiedRequester",
        rules.boolean,
        default=False,
        about="Whether requests need a verified requester: signed requests to the asker API, and"
        " workflows that the Pulumi program connects as verified.",
    )
    link_shortener: str = key(
        "linkShortener",
        rules.one_of("builtin", "tinyurl", "none"),
        default="builtin",
        about="How links to evidence are shortened: `builtin` signs them on click; `tinyurl` and"
        " `none` sign them in advance, so they may expire before the review.",
    )
    notify_emails: tuple[str, ...] = key(
        "notifyEmails",
        rules.list_of(rules.email),
        default=[],
        about="E-mail addresses to notify as well. Each must confirm its subscription.",
    )
    notify_sms_numbers: tuple[str, ...] = key(
        "notifySmsNumbers",
        rules.list_of(rules.phone_number),
        default=[],
        about="Phone numbers to notify as well, such as `+4915112345678`.",
    )

    def __post_init__(self) -> None:
        self.decisions.check(self.slack, on_timeout=self.times.on_timeout)
        self.times.check(self.slack)
