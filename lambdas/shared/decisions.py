"""One decision, whatever breaks: claim, deliver, announce, mark delivered."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lambdas.shared import times
from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import AWS_ERRORS
from lambdas.shared.executions import Executions, TaskClosed
from lambdas.shared.record import Actor, Event, Record
from lambdas.shared.review_store import CLAIM_LEASE, ReviewStore
from lambdas.shared.reviews import (
    AlreadyDecided,
    Decision,
    NotAllowed,
    Outcome,
    Review,
    ReviewEnded,
    ReviewStands,
    Status,
    Way,
    check_not_over,
    checked_reason,
)
from lambdas.shared.rules import Rules

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """Takes decisions and sees them through, whichever door they come in by.

    Four AWS calls where nothing goes wrong.
    """

    store: ReviewStore
    executions: Executions
    announcer: Announcer
    record: Record
    rules: Rules
    now: Callable[[], datetime] = times.now

    def decide(self, review_id: str, outcome: Outcome, reason: str, by: Actor) -> Review:
        """Decide a review; the answer is the decided review, or one that waits for more approvals.

        Raises `InvalidReason`, `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, `NotAllowed`,
        and `NotDelivered` where the decision stands but Step Functions has not confirmed it.
        """
        decision = Decision(
            decision=outcome,
            reviewer=by.person,
            reason=checked_reason(outcome, reason),
            via=Way(by.via),
            decided_at=self.now(),
        )
        try:
            review = self._claim(review_id, decision)
        except AlreadyDecided as lost:
            if not _was_cut_off(lost.review, decision):
                self._note_refusal(lost, by)
                raise
            review = lost.review
        except ReviewStands as refused:
            self._note_refusal(refused, by)
            raise
        if review.status is Status.PENDING:
            self._note_approval(review, by, decision)
            return review
        return self._see_through(review, by)

    def _claim(self, review_id: str, decision: Decision) -> Review:
        if why := self.rules.forbids(decision.reviewer, decision.via):
            review = self.store.get(review_id).seen_at(decision.decided_at)
            check_not_over(review)
            raise AlreadyDecided(review) if review.status.is_decided else NotAllowed(review, why)
        return self.store.claim(
            review_id,
            decision,
            needed=self.rules.approvals_needed(decision.decision),
            own=self.rules.allow_self_approval,
        )

    def _see_through(self, review: Review, by: Actor) -> Review:
        try:
            self.executions.deliver(review)
        except TaskClosed:
            status = self.executions.what_became_of(review, self.now)
            if status is not review.status:
                raise ReviewEnded(self._follow(review, status, by)) from None
        _log("review.decided", review, decision=str(review.decision), via=str(review.via))
        return self._announce_and_mark(review, by)

    def _announce_and_mark(self, review: Review, by: Actor) -> Review:
        """Finish. What fails here is not the reviewer's concern: the execution has the decision.

        Marking comes last, so that an announcement that was lost can be seen in the row.
        """
        try:
            self.announcer.announce(Event.DECIDED, review)
            why = f"{review.decision}: {review.reason}"
            return self.store.finish(Event.DECIDED, review, self.now(), by, why)
        except AWS_ERRORS as error:
            _LOG.error(
                "the decision was delivered but not announced or marked",
                extra={"review_id": review.review_id, "error": type(error).__name__},
            )
            return review

    def _follow(self, review: Review, status: Status, by: Actor) -> Review:
        """The execution went on without this decision: the row says so, and so does the channel.

        An expired review is announced by the workflow's own CloseReview state.
        """
        ended = self.store.end(review, status)
        _log("review.ended", ended, status=ended.status)
        if ended.status is Status.CANCELLED:
            self.announcer.announce(Event.CANCELLED, ended)
            why = "the execution ended before the decision"
            self.store.finish(Event.CANCELLED, ended, self.now(), by, why)
        return ended

    def _note_approval(self, review: Review, by: Actor, decision: Decision) -> None:
        _log("review.approval", review)
        self._note(Event.APPROVAL, review, by, decision.reason)

    def _note_refusal(self, refused: ReviewStands, by: Actor) -> None:
        _log("review.refused", refused.review)
        self._note(Event.REFUSED, refused.review, by, str(refused))

    def _note(self, event: Event, review: Review, by: Actor, why: str) -> None:
        self.record.append(event, review, self.now(), by, why)


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
