"""A decision reaches the execution that waits for it.

Whoever claimed a decision sees it through; where they were cut off, the sweeper does.
"""

from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.lifecycle.tell import end, tell
from lambdas.shared.review.errors import ReviewEnded
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Review, Status


def deliver(gate: AnsweringGate, review: Review, by: Actor) -> Review:
    """Deliver a claimed decision and tell everybody, or find that it came too late.

    Three AWS calls where nothing goes wrong. It may be done again: what was delivered counts.
    Raises `NotDelivered` where nobody can tell yet, and `ReviewEnded` where the execution went on
    without it.
    """
    if why := gate.executions.deliver(review):
        raise ReviewEnded(end(gate, review, Status.CANCELLED, why, by))
    return tell(gate, review, by)
