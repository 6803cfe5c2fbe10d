"""One decision, whatever breaks: claim, deliver, announce, mark delivered."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.shared import times
from lambdas.shared.announcements import Announcer, Event
from lambdas.shared.executions import Executions, TaskClosed
from lambdas.shared.review_store import CLAIM_LEASE, ReviewStore
from lambdas.shared.reviews import (
    AlreadyDecided,
    Decision,
    Outcome,
    Review,
    ReviewEnded,
    Status,
    Way,
    checked_reason,
)

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Takes decisions and sees them through. Four AWS calls where nothing goes wrong."""

    store: ReviewStore
    executions: Executions
    announcer: Announcer
    now: Callable[[], datetime] = times.now

    def decide(
        self, review_id: str, outcome: Outcome, *, reviewer: str, reason: str, via: Way
    ) -> Review:
        """Decide a review for `reviewer`; the answer is the decided review.

        Raises `InvalidReason`, `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, and
        `NotDelivered` where the decision stands but Step Functions has not confirmed it.
        """
        decision = Decision(
            decision=outcome,
            reviewer=reviewer,
            reason=checked_reason(outcome, reason),
            via=via,
            decided_at=self.now(),
        )
        try:
            review = self.store.claim(review_id, decision)
        except AlreadyDecided as lost:
            if not _was_cut_off(lost.review, decision):
                raise
            review = lost.review
        return self._see_through(review)

    def _see_through(self, review: Review) -> Review:
        try:
            self.executions.deliver(review)
        except TaskClosed:
            status = self.executions.what_became_of(review, self.now)
            if status is not review.status:
                raise ReviewEnded(self._follow(review, status)) from None
        _log("review.decided", review, decision=str(review.decision), via=str(review.via))
        return self._announce_and_mark(review)

    def _announce_and_mark(self, review: Review) -> Review:
        """Finish. What fails here is not the reviewer's concern: the execution has the decision.

        Marking comes last, so that an announcement that was lost can be seen in the row.
        """
        try:
            self.announcer.announce(Event.DECIDED, review)
            return self.store.mark_delivered(review, self.now())
        except (ClientError, BotoCoreError) as error:
            _LOG.error(
                "the decision was delivered but not announced or marked",
                extra={"review_id": review.review_id, "error": type(error).__name__},
            )
            return review

    def _follow(self, review: Review, status: Status) -> Review:
        """The execution went on without this decision: the row says so, and so does the channel.

        An expired review is announced by the workflow's own CloseReview state.
        """
        ended = self.store.end(review, status)
        _log("review.ended", ended, status=ended.status)
        if ended.status is Status.CANCELLED:
            self.announcer.announce(Event.CANCELLED, ended)
        return ended


def _was_cut_off(review: Review, decision: Decision) -> bool:
    """Whether this is the same person's second click on a decision that never got through."""
    same = (review.decision, review.reviewer, review.via) == (
        decision.decision,
        decision.reviewer,
        decision.via,
    )
    claimed_at = review.decided_at or decision.decided_at
    return same and review.delivered_at is None and decision.decided_at - claimed_at > CLAIM_LEASE


def _log(event: str, review: Review, **facts: str) -> None:
    _LOG.info(event, extra={"event": event, "review_id": review.review_id, **facts})
