"""An operator cancels a pending review."""

from lambdas.shared.access.rules import checked_length
from lambdas.shared.lifecycle.deliver import deliver
from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.review.errors import over
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Review


def cancel(gate: AnsweringGate, review_id: str, reason: str, by: Actor) -> Review:
    """Cancel a pending review: its caller gets `cancelled` as the answer. Four AWS calls.

    Raises `InvalidReason`, `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, and `NotDelivered`
    if AWS does not accept the answer now; then the sweeper sees to it.
    """
    said = checked_length(reason)
    because = f"Cancelled by {by.shown}{f': {said}' if said else '.'}"
    won, review = gate.store.cancel(review_id, because, gate.now())
    if not won:
        raise over(review.seen_at(gate.now()))
    return deliver(gate, review, by)
