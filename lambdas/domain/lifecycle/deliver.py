"""The end of a review reaches its caller, then everybody else, and then it is marked as done.

A function that ends a review sees it through; if it is cut off, the sweeper does.
"""

import logging

from lambdas.domain.callers.callers import Delivery
from lambdas.domain.lifecycle.end import end, tell
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.review.errors import ReviewEnded
from lambdas.domain.review.events import NOBODY, Actor
from lambdas.domain.review.review import Review, Status

_LOG = logging.getLogger(__name__)
NO_LONGER_WAITS = "Its caller no longer waits for an answer."


def deliver(
    gate: AnsweringGate, review: Review, by: Actor = NOBODY, *, again: bool = False
) -> Review:
    """Deliver the answer to a review that is over, and announce its end. Three AWS calls.

    `again` if somebody may have delivered it before: delivering is idempotent.
    Raises `NotDelivered` if AWS does not accept the answer now, and `ReviewEnded` for a decision
    whose caller no longer waits.
    """
    match gate.callers.answer(review, again=again):
        case Delivery.GONE if review.status.is_decided:
            raise ReviewEnded(end(gate, review, Status.CANCELLED, NO_LONGER_WAITS, by))
        case Delivery.UNCONFIRMED if review.status.is_decided:
            facts = {"event": "delivery.unconfirmed", "review_id": review.review_id}
            _LOG.error("delivery.unconfirmed", extra=facts)
            return tell(gate, review, by, note="delivery unconfirmed")
        case _:
            return tell(gate, review, by)
