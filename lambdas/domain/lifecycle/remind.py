"""Notify people of a pending review: a reminder, or an escalation."""

from datetime import datetime, timedelta

from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.review.errors import RemindedRecently, TooManyReminders, ended_error
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import Review, Status
from lambdas.domain.review.time_plan import TimePlan, time_left
from lambdas.domain.store.reviews import MAX_REMINDERS

_QUIET = timedelta(minutes=1)


def remind(gate: Gate, plan: TimePlan, review: Review, now: datetime) -> None:
    """Send what is due for a pending review taken at `now`, and schedule the next check.

    One AWS call, one more for a reminder, two more for an escalation.
    """
    due = plan.due(review, now)
    if Event.ESCALATED in due and not _may_be_escalated(gate, review, now):
        return
    left = time_left(review, now)
    sent: dict[Event, datetime] = {}
    for event, before in due.items():
        gate.topic.announce(event, review, left, before)
        sent[event] = gate.now()
    gate.store.reschedule(review, plan.next_check(review, now), sent, f"{left} left")


def remind_now(gate: Gate, review_id: str, by: Actor) -> Review:
    """Remind the channel of a pending review at an operator's request. Three AWS calls.

    Raises `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, `RemindedRecently` if the channel was
    reminded within the last minute, and `TooManyReminders`.
    """
    now = gate.now()
    noted, review = gate.store.note_reminder(review_id, now, _QUIET)
    if not noted:
        stands = review.seen_at(now)
        if stands.status is Status.PENDING and (review.reminders or 0) >= MAX_REMINDERS:
            raise TooManyReminders(stands, MAX_REMINDERS)
        if stands.status is Status.PENDING:
            raise RemindedRecently(stands)
        raise ended_error(stands)
    left = time_left(review, now)
    # Its time identifies it, as with planned reminders.
    gate.topic.announce(Event.REMINDER, review, left, review.deadline - (review.reminded_at or now))
    gate.store.audit_log.append(Event.REMINDER, review, now, by, f"{left} left")
    return review


def _may_be_escalated(gate: Gate, review: Review, now: datetime) -> bool:
    """Mark in the row that the escalation channel may have been notified.

    False if the review has ended meanwhile, so that the channel must not be notified.
    """
    assert review.due_at, "it was taken"
    return gate.store.take(review.review_id, review.due_at, now, escalating_at=now) is not None
