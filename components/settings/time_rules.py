"""Time to decide, reminders, and retention.

Impossible rules are rejected here: a reminder before the request, an escalation without a channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from components.settings import rules
from components.settings.keys import key
from components.settings.rules import HIDDEN, ImpossibleRulesError, show, show_duration
from components.settings.slack_connection import SlackConnection

MAX_REMINDERS = 10


@dataclass(frozen=True, kw_only=True)
class TimeRules:
    """Rules for times. Raises `ImpossibleRulesError` for reminders before the request."""

    review_timeout: timedelta = key(
        "reviewTimeout",
        rules.duration,
        default="24h",
        about="Time to decide, such as `90s`, `30m`, `24h` or `7d`; at most `364d`.",
    )
    on_timeout: str = key(
        "onTimeout",
        rules.one_of("fail", "reject", "approve"),
        default="fail",
        about="What a timeout means: `fail` fails the caller, `reject` and `approve` decide the"
        " review.",
    )
    remind_before: tuple[timedelta, ...] = key(
        "remindBefore",
        rules.list_of(rules.duration, MAX_REMINDERS),
        default=[],
        about="When to remind the channel, as durations before the deadline such as `12h` and `2h`;"
        " at most 10.",
    )
    escalate_before: timedelta | None = key(
        "escalateBefore",
        rules.optional(rules.duration),
        default="",
        about="When to post to the escalation channel, as a duration before the deadline such as"
        " `1h`. If unset, never.",
    )
    keep_reviews: timedelta = key(
        "keepReviews",
        rules.retention,
        default="400d",
        about="How long to keep a review after its end, from `7d` to `3653d`. DynamoDB then deletes"
        " it within a few days. Audit entries are never deleted.",
    )

    def __post_init__(self) -> None:
        limit = f"shorter than reviewTimeout ({show_duration(self.review_timeout)})"
        for time in self.remind_before:
            if time >= self.review_timeout:
                raise ImpossibleRulesError(
                    f"remindBefore durations must be {limit}, got {show(show_duration(time))}"
                )
        if self.escalate_before is not None and self.escalate_before >= self.review_timeout:
            shown = show(show_duration(self.escalate_before))
            raise ImpossibleRulesError(f"escalateBefore must be {limit}, got {shown}")

    @property
    def keep_environment(self) -> Mapping[str, str]:
        """The environment of a function that sets the expiry of reviews or notes."""
        return {"KEEP_REVIEWS_SECONDS": str(int(self.keep_reviews.total_seconds()))}

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a function that schedules reminders and escalations, in seconds."""
        louder = () if self.escalate_before is None else (self.escalate_before,)
        return {
            "REMIND_BEFORE_SECONDS": _seconds(*self.remind_before),
            "ESCALATE_BEFORE_SECONDS": _seconds(*louder),
        }

    def check(self, slack: SlackConnection) -> None:
        """Raise `ImpossibleRulesError` if these rules contradict the rest of the gate."""
        if self.on_timeout == "approve" and slack.delivery == "sns-https":
            raise ImpossibleRulesError(
                "onTimeout must be fail or reject with slackDelivery sns-https, which does not"
                f" confirm that a request was posted, got {show(self.on_timeout)}"
            )
        if self.escalate_before is None:
            if slack.escalation_webhook_url is not None:
                raise ImpossibleRulesError(
                    "escalationSlackWebhookUrl must be empty without escalateBefore, the time to"
                    f" escalate, got {HIDDEN}"
                )
            return
        shown = show(show_duration(self.escalate_before))
        if slack.connected and slack.escalation_webhook_url is None:
            raise ImpossibleRulesError(
                "escalateBefore must be empty without escalationSlackWebhookUrl, the channel to"
                f" post to, got {shown}"
            )
        if slack.delivery != "incoming-webhook":
            raise ImpossibleRulesError(
                f"escalateBefore must be empty with slackDelivery {slack.delivery}, with which only"
                f" Slack's workflow posts messages, got {shown}"
            )


def _seconds(*times: timedelta) -> str:
    """In seconds, longest first, so in the order of their times."""
    return ",".join(str(int(time.total_seconds())) for time in sorted(times, reverse=True))
