"""How long people have to decide, and when they hear of a review once more.

What can never happen is refused here: a reminder before the request, an escalation to nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from components.settings.rules import HIDDEN, ImpossibleRulesError, show, show_duration

MOST_REMINDERS = 10


@dataclass(frozen=True, kw_only=True)
class TimeRules:
    """The words are those of the configuration keys with the same names."""

    review_timeout: timedelta = timedelta(hours=24)
    remind_before: tuple[timedelta, ...] = ()
    escalate_before: timedelta | None = None
    """None means never."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of a function that plans reminders and escalations: seconds, or nothing."""
        louder = () if self.escalate_before is None else (self.escalate_before,)
        return {
            "REMIND_BEFORE_SECONDS": _seconds(*self.remind_before),
            "ESCALATE_BEFORE_SECONDS": _seconds(*louder),
        }

    def check(self, *, connected: bool, escalation_webhook: bool, slack_delivery: str) -> None:
        """Raise `ImpossibleRulesError` where these rules do not go with the rest of the gate.

        Where nobody is asked yet, since it is not `connected`, the second webhook may come later.
        """
        limit = f"shorter than reviewTimeout ({show_duration(self.review_timeout)})"
        for time in self.remind_before:
            if time >= self.review_timeout:
                raise ImpossibleRulesError(
                    f"remindBefore must hold durations {limit}, got {show(show_duration(time))}"
                )
        if self.escalate_before is None:
            if escalation_webhook:
                raise ImpossibleRulesError(
                    "escalationSlackWebhookUrl must be empty without escalateBefore, which says"
                    f" when, got {HIDDEN}"
                )
            return
        shown = show(show_duration(self.escalate_before))
        if self.escalate_before >= self.review_timeout:
            raise ImpossibleRulesError(f"escalateBefore must be {limit}, got {shown}")
        if connected and not escalation_webhook:
            raise ImpossibleRulesError(
                "escalateBefore must be empty without escalationSlackWebhookUrl, which says where"
                f" to, got {shown}"
            )
        if slack_delivery != "incoming-webhook":
            raise ImpossibleRulesError(
                f"escalateBefore must be empty with slackDelivery {slack_delivery}, where only"
                f" Slack's workflow writes messages, got {shown}"
            )


def _seconds(*times: timedelta) -> str:
    """The longest first: so they come as the deadline draws near."""
    return ",".join(str(int(time.total_seconds())) for time in sorted(times, reverse=True))
