"""When an execution waits no longer: say what silence means, or that the execution has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lambdas.shared import times
from lambdas.shared.claims import decided
from lambdas.shared.endings import Endings
from lambdas.shared.executions import task_output
from lambdas.shared.record import Actor
from lambdas.shared.review_indexes import reviews_of
from lambdas.shared.review_store import LEASE
from lambdas.shared.reviews import Decision, Outcome, Review, Status, Way
from lambdas.shared.waiting_reviews import end_with_execution, nobody_decided

_CLOCK_MARGIN = timedelta(seconds=2)
"""Step Functions' clock, which ended the task, may be this far ahead of the function's."""
_SILENCE = Actor(via=Way.TIMEOUT)

ON_TIMEOUT: dict[str, Outcome | None] = {
    "fail": None,
    "reject": Outcome.REJECTED,
    "approve": Outcome.APPROVED,
}
"""What `onTimeout` makes of a review that nobody decided."""


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Closes the reviews of an execution. `silence` is what silence decides, if anything."""

    endings: Endings
    silence: Outcome | None

    def close_overdue(self, execution_arn: str, now: datetime) -> dict[str, str]:
        """Close the overdue reviews of an execution; the answer is its output's `review` object.

        Whoever decided in time is heard, even where their decision has not got through yet.
        It may be tried again: nothing is told twice, and the answer is the same.
        """
        overdue = [
            self._closed(review, now)
            for review in reviews_of(self.endings.store, execution_arn)
            if review.deadline <= now + _CLOCK_MARGIN
        ]
        answers = [review for review in overdue if _answers(review)]
        if not answers:
            return _never_asked(now)
        return task_output(max(answers, key=lambda it: (_is_cut_off(it), it.requested_at)))

    def close_ended(self, execution_arn: str, because: str, now: datetime) -> None:
        """Close the waiting reviews of an execution that has ended."""
        for review in reviews_of(self.endings.store, execution_arn):
            if review.status is Status.PENDING:
                end_with_execution(self.endings, review, because, now)

    def _closed(self, review: Review, now: datetime) -> Review:
        """The review as it stands after that; the index it was found by may be behind."""
        if review.status is not Status.PENDING:
            return review
        if self.silence is None:
            why = nobody_decided(review)
            return self.endings.end(review, Status.EXPIRED, why, now, _SILENCE)
        decision = Decision(
            decision=self.silence,
            reviewer="timeout",
            reason=nobody_decided(review),
            via=Way.TIMEOUT,
            decided_at=review.deadline,
        )
        won, stands = self.endings.store.change(
            review.review_id,
            decided(decision, LEASE),
            "#status = :pending",
            {"pending": Status.PENDING},
        )
        return self.endings.tell(stands, now, _SILENCE) if won else stands


def _answers(review: Review) -> bool:
    """Whether the workflow can go on with this review: expired, or decided and not heard yet."""
    return review.status is Status.EXPIRED or review.via is Way.TIMEOUT or _is_cut_off(review)


def _is_cut_off(review: Review) -> bool:
    return (
        review.status.is_decided and review.via is not Way.TIMEOUT and review.delivered_at is None
    )


def _never_asked(now: datetime) -> dict[str, str]:
    """Where nobody was asked, silence approves nothing."""
    return {
        "review_id": "",
        "decision": "expired",
        "reviewer": "",
        "reason": "The review was never requested: see the log of the request function.",
        "via": "timeout",
        "decided_at": times.to_text(now),
    }
