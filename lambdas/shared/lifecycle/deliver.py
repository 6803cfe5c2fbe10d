"""The end of a review reaches the caller that waits for it.

Whoever claimed a decision sees it through; where they were cut off, the sweeper does.
"""

from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.lifecycle.tell import end, tell
from lambdas.shared.review.errors import ReviewEnded
from lambdas.shared.review.events import NOBODY, Actor
from lambdas.shared.review.review import Review, Status


def deliver(gate: AnsweringGate, review: Review, by: Actor) -> Review:
    """Deliver a claimed decision and tell everybody, or find that it came too late.

    Three AWS calls where nothing goes wrong. It may be done again: what was delivered counts.
    Raises `NotDelivered` where nobody can tell yet, and `ReviewEnded` where the caller went on
    without it.
    """
    if why := gate.callers.answer(review):
        raise ReviewEnded(end(gate, review, Status.CANCELLED, why, by))
    return tell(gate, review, by)


def let_go(
    gate: AnsweringGate, review_id: str, status: Status, because: str, by: Actor = NOBODY
) -> None:
    """End a review without a decision whose caller still waits, and tell everybody.

    Four AWS calls. Where somebody else was first, theirs stands.
    """
    won, ended = gate.store.end(review_id, Status.PENDING, status, because, gate.now())
    if won:
        gate.callers.let_go(ended)
        tell(gate, ended, by)
