"""Cancel a pending review for an operator, or withdraw it for its asker."""

from lambdas.domain.access.rules import checked_length
from lambdas.domain.lifecycle.deliver import deliver
from lambdas.domain.lifecycle.end import announce_end
from lambdas.domain.lifecycle.gate import AnsweringGate, Gate
from lambdas.domain.review.errors import ended_error
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Review


def cancel(gate: AnsweringGate, review_id: str, reason: str, by: Actor) -> Review:
    """Cancel a pending review; its caller receives `cancelled`. Four AWS calls.

    Raises `InvalidReason`, `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, and `NotDelivered` if
    AWS does not accept the answer now; the sweeper then retries.
    """
    return deliver(gate, _cancelled(gate, review_id, "Cancelled", reason, by), by)


def withdraw(gate: Gate, review_id: str, reason: str, by: Actor) -> Review:
    """Cancel a pending review for its asker, which polls for the answer. Three AWS calls.

    Raises `InvalidReason`, `ReviewNotFound`, `AlreadyDecided` and `ReviewEnded`.
    """
    return announce_end(gate, _cancelled(gate, review_id, "Withdrawn", reason, by), by)


def _cancelled(gate: Gate, review_id: str, how: str, reason: str, by: Actor) -> Review:
    reason = checked_length(reason)
    because = f"{how} by {by.shown}{f': {reason}' if reason else '.'}"
    won, review = gate.store.cancel(review_id, because, gate.now())
    if not won:
        raise ended_error(review.seen_at(gate.now()))
    return review
