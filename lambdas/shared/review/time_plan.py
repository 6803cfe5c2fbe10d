"""When somebody must look at a waiting review: to remind, to escalate, to see that all is well."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lambdas.shared.review.events import Event
from lambdas.shared.review.review import Review

_FIRST_LOOK = timedelta(minutes=1)
_LONGEST_BETWEEN_LOOKS = timedelta(hours=6)
_TIME_TO_CLOSE = timedelta(minutes=2)
"""The workflow itself closes a review at its deadline, and may need a few tries."""


@dataclass(frozen=True, kw_only=True)
class TimePlan:
    """A stage's times, each before the deadline. A late look sends one reminder, not all missed."""

    remind_before: tuple[timedelta, ...] = ()
    escalate_before: timedelta | None = None

    @classmethod
    def from_seconds(cls, remind_before: str, escalate_before: str) -> "TimePlan":
        """Read `43200,7200` and `3600`; either may be empty."""
        remind = tuple(timedelta(seconds=int(it)) for it in remind_before.split(",") if it)
        escalate = timedelta(seconds=int(escalate_before)) if escalate_before else None
        return cls(remind_before=remind, escalate_before=escalate)

    def due(self, review: Review, now: datetime) -> list[Event]:
        """What has to go out by now and has not yet."""
        if now >= review.deadline:
            return []
        reminded = review.reminded_at or review.requested_at
        due: list[Event] = []
        if any(reminded < moment <= now for moment in self._reminders(review)):
            due.append(Event.REMINDER)
        escalation = self._escalation(review)
        if escalation and escalation <= now and review.escalated_at is None:
            due.append(Event.ESCALATED)
        return due

    def next_look(self, review: Review, now: datetime) -> datetime:
        """When to look next, at the latest after as long again as people have waited already.

        So a day's review is looked at ten times, and an execution that ended unnoticed is found.
        """
        if now >= review.deadline:
            return now + _TIME_TO_CLOSE
        waited = now - review.requested_at
        pause = min(max(waited, _FIRST_LOOK), _LONGEST_BETWEEN_LOOKS)
        planned = [*self._reminders(review), self._escalation(review)]
        planned += [review.deadline + _TIME_TO_CLOSE, now + pause]
        return min(moment for moment in planned if moment and moment > now)

    def _reminders(self, review: Review) -> list[datetime]:
        return [review.deadline - before for before in self.remind_before]

    def _escalation(self, review: Review) -> datetime | None:
        return None if self.escalate_before is None else review.deadline - self.escalate_before
