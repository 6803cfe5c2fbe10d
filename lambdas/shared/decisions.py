"""One decision, whatever breaks: claim, deliver, announce, mark as done."""

import logging
from dataclasses import dataclass
from datetime import datetime

from lambdas.shared.claims import claim
from lambdas.shared.endings import Delivery
from lambdas.shared.record import Actor, Event
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.reviews import (
    AlreadyDecided,
    Decision,
    NotAllowed,
    Outcome,
    Review,
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

    delivery: Delivery
    rules: Rules

    @property
    def store(self) -> ReviewStore:
        """Where the reviews are, and their record."""
        return self.delivery.endings.store

    def now(self) -> datetime:
        """Tell the time, by the one clock that decisions and their delivery have."""
        return self.delivery.now()

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
            again = self._taken_over(lost.review, decision)
            if again is None:
                self._note_refusal(lost, by)
                raise
            review = again
        except ReviewStands as refused:
            self._note_refusal(refused, by)
            raise
        if review.status is Status.PENDING:
            self._note_approval(review, by, decision)
            return review
        return self.delivery.see_through(review, by)

    def _claim(self, review_id: str, decision: Decision) -> Review:
        if why := self.rules.forbids(decision.reviewer, decision.via):
            review = self.store.get(review_id).seen_at(decision.decided_at)
            check_not_over(review)
            raise AlreadyDecided(review) if review.status.is_decided else NotAllowed(review, why)
        return claim(
            self.store,
            review_id,
            decision,
            needed=self.rules.approvals_needed(decision.decision),
            own=self.rules.allow_self_approval,
        )

    def _taken_over(self, review: Review, decision: Decision) -> Review | None:
        """The same person's second click on a decision that was cut off finishes it."""
        said = (review.decision, review.reviewer, review.via)
        same = said == (decision.decision, decision.reviewer, decision.via)
        if not same or review.due_at is None or review.due_at > decision.decided_at:
            return None
        return self.store.take(review.review_id, review.due_at, decision.decided_at)

    def _note_approval(self, review: Review, by: Actor, decision: Decision) -> None:
        _log("review.approval", review)
        self._note(Event.APPROVAL, review, by, decision.reason)

    def _note_refusal(self, refused: ReviewStands, by: Actor) -> None:
        _log("review.refused", refused.review)
        self._note(Event.REFUSED, refused.review, by, str(refused))

    def _note(self, event: Event, review: Review, by: Actor, why: str) -> None:
        self.store.record.append(event, review, self.now(), by, why)


def _log(event: str, review: Review) -> None:
    _LOG.info(event, extra={"event": event, "review_id": review.review_id})
