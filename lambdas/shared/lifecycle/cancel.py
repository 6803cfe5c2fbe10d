"""Somebody whom AWS knows ends a review that nobody is to decide any more."""

from lambdas.shared.access.rules import checked_length
from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.lifecycle.tell import tell
from lambdas.shared.review.errors import NotDelivered, over
from lambdas.shared.review.events import Actor
from lambdas.shared.review.people import shown
from lambdas.shared.review.review import Review
from lambdas.shared.runtime.clients import AWS_ERRORS


def cancel(gate: AnsweringGate, review_id: str, reason: str, by: Actor) -> Review:
    """End a waiting review, let its caller fail with `ReviewCancelled`, and tell everybody.

    Four AWS calls. Raises `InvalidReason`, `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, and
    `NotDelivered` where it is over but AWS has not taken that yet: then the sweeper sees to it.
    """
    said = checked_length(reason)
    because = f"Cancelled by {shown(by.identity)}{f': {said}' if said else '.'}"
    won, review = gate.store.cancel(review_id, because, gate.now())
    if not won:
        raise over(review.seen_at(gate.now()))
    try:
        gate.callers.let_go(review)
    except AWS_ERRORS:
        raise NotDelivered(review) from None
    return tell(gate, review, by)
