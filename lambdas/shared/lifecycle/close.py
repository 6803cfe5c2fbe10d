"""When a caller waits no longer, or long enough: say what silence means, or that it has ended."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lambdas.shared.callers.answers import answer_of, how_it_ended
from lambdas.shared.callers.tasks import was_planned
from lambdas.shared.lifecycle.announcements import so_far
from lambdas.shared.lifecycle.deliver import deliver, let_go
from lambdas.shared.lifecycle.gate import AnsweringGate, Gate
from lambdas.shared.lifecycle.tell import end, tell
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Decision, Outcome, Review, Status, Way
from lambdas.shared.runtime import durations, times
from lambdas.shared.store.claims import decided
from lambdas.shared.store.indexes import reviews_of
from lambdas.shared.store.reviews import LEASE

_LOG = logging.getLogger(__name__)

_CLOCK_MARGIN = timedelta(seconds=2)
"""Step Functions' clock, which ended the task, may be this far ahead of the function's."""
_SILENCE = Actor(via=Way.TIMEOUT)

ON_TIMEOUT: dict[str, Outcome | None] = {
    "fail": None,
    "reject": Outcome.REJECTED,
    "approve": Outcome.APPROVED,
}
"""What `onTimeout` makes of a review that nobody decided."""


def close_overdue(gate: Gate, execution_arn: str, silence: Outcome | None) -> dict[str, Any]:
    """Close the overdue reviews of an execution; the answer is its output's `review` object.

    `silence` is what silence decides, if anything. Whoever decided in time is heard, even where
    their decision has not got through yet. It may be tried again: nothing is told twice, and the
    answer is the same.
    """
    now = gate.now()
    overdue = [
        _closed(gate, review, silence)
        for review in reviews_of(gate.store, execution_arn)
        if review.deadline <= now + _CLOCK_MARGIN
    ]
    answers = [review for review in overdue if _answers(review)]
    if not answers:
        return _never_asked(now)
    return answer_of(max(answers, key=lambda it: (_is_cut_off(it), it.requested_at)))


def close_unanswered(gate: AnsweringGate, review: Review, silence: Outcome | None) -> None:
    """Close an overdue review whose caller waits until it is told, and tell it what silence means.

    Raises `NotDelivered` and `ReviewEnded` as `deliver` does.
    """
    if silence is None:
        why = _nobody_decided(gate, review)
        let_go(gate, review.review_id, Status.EXPIRED, why, _SILENCE)
        return
    won, stands = _decide_by_silence(gate, review, silence)
    if won:
        deliver(gate, stands, _SILENCE)


def close_ended(gate: Gate, execution: Mapping[str, Any]) -> None:
    """Close the waiting reviews of an execution that has ended, given its status event's detail.

    Whether that end was planned is logged first, in this one place: it is what the alarm counts.
    """
    arn = execution["executionArn"]
    facts = {"event": "execution.ended", "execution": arn, "status": execution["status"]}
    _LOG.info("execution.ended", extra=facts | {"planned": was_planned(execution)})
    because = how_it_ended(execution["status"], execution.get("error"), execution.get("cause"))
    _close_all(gate, arn, because)


def close_ended_function(gate: Gate, execution: Mapping[str, Any]) -> None:
    """Close the waiting reviews of a durable execution that has ended, given its event's detail.

    Why it ended is not in there, and how many do is for the alarms of those whose function it is.
    """
    _close_all(gate, execution["durableExecutionArn"], how_it_ended(execution["status"]))


def _close_all(gate: Gate, execution_arn: str, because: str) -> None:
    for review in reviews_of(gate.store, execution_arn):
        if review.status is Status.PENDING:
            close_with_execution(gate, review, because)


def close_with_execution(gate: Gate, review: Review, because: str) -> None:
    """Close a waiting review whose execution has ended; past its deadline it is expired."""
    if gate.now() >= review.deadline:
        end(gate, review, Status.EXPIRED, _nobody_decided(gate, review))
    else:
        end(gate, review, Status.CANCELLED, because)


def _closed(gate: Gate, review: Review, silence: Outcome | None) -> Review:
    """The review as it stands after that."""
    if review.status is not Status.PENDING:
        return review
    if silence is None:
        return end(gate, review, Status.EXPIRED, _nobody_decided(gate, review), _SILENCE)
    won, stands = _decide_by_silence(gate, review, silence)
    return tell(gate, stands, _SILENCE) if won else stands


def _decide_by_silence(gate: Gate, review: Review, silence: Outcome) -> tuple[bool, Review]:
    """Make silence the decision, unless there is one; tell whether it is, and what stands now."""
    decision = Decision(
        decision=silence,
        reviewer="timeout",
        reason=_nobody_decided(gate, review),
        via=Way.TIMEOUT,
        decided_at=review.deadline,
    )
    return gate.store.change(
        review.review_id,
        decided(decision, LEASE),
        "#status = :pending",
        {"pending": Status.PENDING},
    )


def _nobody_decided(gate: Gate, review: Review) -> str:
    """Why a review is expired: nobody decided in time, or of several people some had approved."""
    approved = so_far(review, gate.required_approvals) if review.approvals else "Nobody decided"
    return f"{approved} within {durations.for_people(review.deadline - review.requested_at)}."


def _answers(review: Review) -> bool:
    """Whether the workflow can go on with this review: expired, or decided and not heard yet."""
    return review.status is Status.EXPIRED or review.via is Way.TIMEOUT or _is_cut_off(review)


def _is_cut_off(review: Review) -> bool:
    return (
        review.status.is_decided and review.via is not Way.TIMEOUT and review.delivered_at is None
    )


def _never_asked(now: datetime) -> dict[str, Any]:
    """Where nobody was asked, silence approves nothing."""
    return {
        "review_id": "",
        "decision": "expired",
        "reviewer": "",
        "reason": "The review was never requested: see the log of the request function.",
        "answers": {},
        "via": "timeout",
        "decided_at": times.to_text(now),
        "context": None,
    }
