"""Deliver the end of a review to its caller, then announce it, then mark it as done.

The function that ends a review completes all of it. If it is interrupted, the sweeper does.
"""

import logging

from lambdas.domain.callers.callers import Delivery
from lambdas.domain.lifecycle.end import announce_end, end
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.review.errors import ReviewEnded
from lambdas.domain.review.events import NO_ACTOR, Actor
from lambdas.domain.review.review import Review, Status

_LOG = logging.getLogger(__name__)
NO_LONGER_WAITING = "The caller is no longer waiting for an answer."


def deliver(
    gate: AnsweringGate, review: Review, by: Actor = NO_ACTOR, *, again: bool = False
) -> Review:
    """Deliver the answer to an ended review, and announce its end. Three AWS calls.

    Set `again` if it may have been delivered before: delivery is idempotent. Raises `NotDelivered`
    if AWS does not accept the answer now, and `ReviewEnded` for a decision whose caller is no
    longer waiting.
    """
    match gate.callers.answer(review, again=again):
        case Delivery.GONE if review.status.is_decided:
            raise ReviewEnded(end(gate, review, Status.CANCELLED, NO_LONGER_WAITING, by))
        case Delivery.UNCONFIRMED if review.status.is_decided:
            facts = {"event": "delivery.unconfirmed", "review_id": review.review_id}
            _LOG.error("delivery.unconfirmed", extra=facts)
            return announce_end(gate, review, by, note="delivery unconfirmed")
        case _:
            return announce_end(gate, review, by)
