"""How a review is over: the row says so first, then everybody is told, then it is marked as done.

Whoever wrote the ending tells it. What is cut off on the way is due for the sweeper.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lambdas.shared import times
from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import AWS_ERRORS
from lambdas.shared.executions import Executions, Unconfirmed
from lambdas.shared.record import NOBODY, Actor, Event
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.reviews import Review, ReviewEnded, Status

_LOG = logging.getLogger(__name__)

_EVENTS: Mapping[Status, Event] = {
    Status.APPROVED: Event.DECIDED,
    Status.REJECTED: Event.DECIDED,
    Status.EXPIRED: Event.EXPIRED,
    Status.CANCELLED: Event.CANCELLED,
    Status.UNDELIVERED: Event.UNDELIVERED,
}


@dataclass(frozen=True, kw_only=True)
class Endings:
    """The endings of one stage's reviews."""

    store: ReviewStore
    announcer: Announcer

    def end(
        self, review: Review, status: Status, because: str, now: datetime, by: Actor = NOBODY
    ) -> Review:
        """End a review without a decision, and tell everybody. Three AWS calls.

        Where somebody else was first, theirs stands, and they tell.
        """
        won, ended = self.store.end(review.review_id, review.status, status, because, now)
        return self.tell(ended, now, by) if won else ended

    def tell(self, review: Review, now: datetime, by: Actor = NOBODY) -> Review:
        """Announce how a review ended and mark it as done. Two AWS calls.

        Marking comes last, so that an announcement that was lost can be seen in the row. What
        fails here is the sweeper's concern, and not that of whoever ended the review.
        """
        event = _EVENTS[review.status]
        decided = review.status.is_decided
        why = f"{review.decision}: {review.reason}" if decided else review.ended_because
        if review.approvals:
            why += f" (approvals: {', '.join(sorted(review.approvals))})"
        facts = {"review_id": review.review_id}
        try:
            self.announcer.announce(event, review)
            done = self.store.finish(event, review, now, by, why)
        except AWS_ERRORS as error:
            _LOG.error("%s not told", event, extra=facts | {"error": type(error).__name__})
            return review
        if decided:
            facts |= {"decision": str(review.decision), "via": str(review.via)}
        _LOG.info(event, extra=facts | {"event": event})
        return done


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Whoever claimed a decision sees it through; where they were cut off, the sweeper does."""

    executions: Executions
    endings: Endings
    now: Callable[[], datetime] = times.now

    def see_through(self, review: Review, by: Actor) -> Review:
        """Deliver a claimed decision, or find that the execution went on without it.

        Three AWS calls where nothing goes wrong. It may be done again: what was delivered counts.
        Raises `NotDelivered` where nobody can tell yet, and `ReviewEnded` where it came too late.
        """
        try:
            self.executions.deliver(review)
        except Unconfirmed:
            if why := self.executions.why_not_delivered(review):
                late = self.endings.end(review, Status.CANCELLED, why, self.now(), by)
                raise ReviewEnded(late) from None
        return self.endings.tell(review, self.now(), by)
