"""End reviews that are past their deadline, according to `onTimeout`."""

from datetime import datetime, timedelta

from lambdas.domain.lifecycle.announcements import approved_of
from lambdas.domain.lifecycle.deliver import deliver
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Decision, Outcome, Status, Way
from lambdas.domain.runtime import durations
from lambdas.domain.store.claims import claim_by_timeout
from lambdas.domain.store.due import Due

CLOCK_SKEW = timedelta(seconds=15)
"""The maximum clock skew between functions, so that a timeout cannot overtake a decision."""

_TIMEOUT = Actor(via=Way.TIMEOUT)


def expire(gate: AnsweringGate, due: Due, on_timeout: Outcome | None, now: datetime) -> None:
    """End a review that is past its deadline: expire it, or decide by timeout. Four AWS calls.

    A timeout decides `CLOCK_SKEW` after the deadline. It approves only if the request is known to
    have been posted to Slack, which takes one more call; otherwise the review ends as undelivered.
    A review that has already ended does not change. Raises `NotDelivered` and `ReviewEnded` as
    `deliver` does.
    """
    if on_timeout and now < due.deadline + CLOCK_SKEW:
        return
    within = durations.for_people(due.deadline - due.requested_at)
    approved = approved_of(due.approvals, gate.required_approvals)
    because = f"{approved if due.approvals else 'No decision'} within {within}."
    if on_timeout is Outcome.APPROVED and not gate.notes.is_posted(due.review_id):
        because = f"{because} The request may not have reached Slack."
        won, review = gate.store.end(
            due.review_id, Status.PENDING, Status.UNDELIVERED, because, now
        )
    elif on_timeout is None:
        won, review = gate.store.end(due.review_id, Status.PENDING, Status.EXPIRED, because, now)
    else:
        decision = Decision(
            decision=on_timeout,
            reviewer="timeout",
            reason=because,
            via=Way.TIMEOUT,
            decided_at=due.deadline,
        )
        won, review = claim_by_timeout(gate.store, due.review_id, decision, now)
    if won:
        deliver(gate, review, _TIMEOUT)
