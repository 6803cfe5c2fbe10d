"""People hear of a review that still waits: a reminder, or a louder channel."""

from datetime import datetime, timedelta

from lambdas.shared.lifecycle.gate import Gate
from lambdas.shared.review.events import Event
from lambdas.shared.review.review import Review
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.runtime import durations

_MINUTE = timedelta(minutes=1)


def remind(gate: Gate, plan: TimePlan, review: Review, now: datetime) -> None:
    """Send what is due about a waiting review that was taken at `now`; say when to look next.

    One AWS call, one more to remind people, two more to escalate.
    """
    events = plan.due(review, now)
    if Event.ESCALATED in events and not _may_be_escalated(gate, review, now):
        return
    time_left = _time_left(review, now)
    sent: dict[Event, datetime] = {}
    for event in events:
        gate.topic.announce(event, review, time_left)
        sent[event] = gate.now()
    gate.store.put_back(review, plan.next_look(review, now), sent, f"{time_left} left")


def _may_be_escalated(gate: Gate, review: Review, now: datetime) -> bool:
    """Let whoever ends the review know that the louder channel may have heard of it.

    False where somebody has ended it meanwhile: then nobody may be asked any more.
    """
    assert review.due_at, "it was taken"
    return gate.store.take(review.review_id, review.due_at, now, escalating_at=now) is not None


def _time_left(review: Review, now: datetime) -> str:
    """In whole minutes, rounded up: `1 minute` until the end."""
    minutes = -((now - review.deadline) // _MINUTE)
    return durations.for_people(max(minutes, 1) * _MINUTE)
