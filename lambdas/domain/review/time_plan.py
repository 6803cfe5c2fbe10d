"""Schedule of a pending review: reminders, escalation, and health checks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lambdas.domain.review.events import Event
from lambdas.domain.review.review import Review
from lambdas.domain.runtime import durations

_MINUTE = timedelta(minutes=1)
_MIN_CHECK_INTERVAL = timedelta(minutes=1)
_MAX_CHECK_INTERVAL = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class TimePlan:
    """Times before the deadline. A late sweep sends one reminder, not all missed ones."""

    remind_before: tuple[timedelta, ...] = ()
    escalate_before: timedelta | None = None

    @classmethod
    def from_seconds(cls, remind_before: str, escalate_before: str) -> "TimePlan":
        """Parse `43200,7200` and `3600`; either may be empty."""
        remind = tuple(timedelta(seconds=int(it)) for it in remind_before.split(",") if it)
        escalate = timedelta(seconds=int(escalate_before)) if escalate_before else None
        return cls(remind_before=remind, escalate_before=escalate)

    def due(self, review: Review, now: datetime) -> dict[Event, timedelta]:
        """Notifications that are due, each with its planned time before the deadline."""
        if now >= review.deadline:
            return {}
        reminded = review.reminded_at or review.requested_at
        due: dict[Event, timedelta] = {}
        if missed := [it for it in self.remind_before if reminded < review.deadline - it <= now]:
            due[Event.REMINDER] = min(missed)
        before = self.escalate_before
        if before and review.deadline - before <= now and review.escalated_at is None:
            due[Event.ESCALATED] = before
        return due

    def next_check(self, review: Review, now: datetime) -> datetime:
        """When to process the review next: at the latest after it has waited twice as long.

        A review of one day is checked about ten times, so that an ended caller is noticed.
        """
        waited = now - review.requested_at
        pause = min(max(waited, _MIN_CHECK_INTERVAL), _MAX_CHECK_INTERVAL)
        before = (*self.remind_before, self.escalate_before)
        planned = [review.deadline - it for it in before if it]
        planned += [review.deadline, now + pause]
        return min(moment for moment in planned if moment > now)


def time_left(review: Review, now: datetime) -> str:
    """Time until the deadline in whole minutes, rounded up: `1 minute` until the end."""
    minutes = -((now - review.deadline) // _MINUTE)
    return durations.for_people(max(minutes, 1) * _MINUTE)
