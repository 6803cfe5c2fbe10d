"""People hear of a review that still waits: a reminder, or a louder channel."""

from datetime import datetime

from lambdas.shared.lifecycle.gate import Gate
from lambdas.shared.review.events import Event
from lambdas.shared.review.review import Review
from lambdas.shared.review.time_plan import TimePlan, time_left


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


def _may_be_escalated(gate: Gate, review: Review, now: datetime) -> bool:
    """Let whoever ends the review know that the louder channel may have heard of it.

    False where somebody has ended it meanwhile: then nobody may be asked any more.
    """
    assert review.due_at, "it was taken"
    return gate.store.take(review.review_id, review.due_at, now, escalating_at=now) is not None
