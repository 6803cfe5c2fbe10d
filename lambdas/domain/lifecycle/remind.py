"""People hear of a review that still waits: a reminder, or a louder channel."""

from datetime import datetime, timedelta

from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.review.errors import RemindedJustNow, RemindedOften, over
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import Review, Status
from lambdas.domain.review.time_plan import TimePlan, time_left
from lambdas.domain.store.reviews import MOST_REMINDERS

_QUIET = timedelta(minutes=1)


def remind(gate: Gate, plan: TimePlan, review: Review, now: datetime) -> None:
    """Send what is due about a waiting review that was taken at `now`; say when to look next.

    One AWS call, one more to remind people, two more to escalate.
    """
    due = plan.due(review, now)
    if Event.ESCALATED in due and not _may_be_escalated(gate, review, now):
        return
    left = time_left(review, now)
    sent: dict[Event, datetime] = {}
    for event, before in due.items():
        gate.topic.announce(event, review, left, before)
        sent[event] = gate.now()
    gate.store.put_back(review, plan.next_look(review, now), sent, f"{left} left")


def remind_now(gate: Gate, review_id: str, by: Actor) -> Review:
    """Tell the channel once more that a review waits, since somebody asks for it. Three AWS calls.

    Raises `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, `RemindedJustNow` where the channel
    was reminded within the last minute, and `RemindedOften`.
    """
    now = gate.now()
    noted, review = gate.store.note_reminder(review_id, now, _QUIET)
    if not noted:
        stands = review.seen_at(now)
        if stands.status is Status.PENDING and (review.reminders or 0) >= MOST_REMINDERS:
            raise RemindedOften(stands, MOST_REMINDERS)
        if stands.status is Status.PENDING:
            raise RemindedJustNow(stands)
        raise over(stands)
    left = time_left(review, now)
    # It is known by its time, as those that are planned are.
    gate.topic.announce(Event.REMINDER, review, left, review.deadline - (review.reminded_at or now))
    gate.store.audit_log.append(Event.REMINDER, review, now, by, f"{left} left")
    return review


def _may_be_escalated(gate: Gate, review: Review, now: datetime) -> bool:
    """Let whoever ends the review know that the louder channel may have heard of it.

    False where somebody has ended it meanwhile: then nobody may be asked any more.
    """
    assert review.due_at, "it was taken"
    return gate.store.take(review.review_id, review.due_at, now, escalating_at=now) is not None
