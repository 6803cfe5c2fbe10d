"""When nobody decides: close the execution's overdue reviews and say what silence means."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lambdas.shared import times
from lambdas.shared.announcements import Announcer
from lambdas.shared.executions import nobody_decided, task_output
from lambdas.shared.record import Actor, Event
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.reviews import Decision, Outcome, Review, Status, Way

_LOG = logging.getLogger(__name__)

_CLOCK_MARGIN = timedelta(seconds=2)
"""Step Functions' clock, which ended the task, may be this far ahead of the function's."""

_UNDECIDED: dict[str, Any] = {"decision": None, "reviewer": "", "via": None, "decided_at": None}

SILENCE: dict[str, Outcome | None] = {
    "fail": None,
    "reject": Outcome.REJECTED,
    "approve": Outcome.APPROVED,
}
"""What `onTimeout` makes of a review that nobody decided."""


def close_overdue(
    store: ReviewStore,
    announcer: Announcer,
    *,
    execution_arn: str,
    on_timeout: str,
    now: datetime,
) -> dict[str, str]:
    """Expire the overdue reviews of an execution; the answer is its output's `review` object.

    It may be tried again: what is done is not told twice, and the answer is the same.
    """
    silence = SILENCE[on_timeout]
    overdue = [
        review
        for review in store.reviews_of(execution_arn)
        if review.deadline <= now + _CLOCK_MARGIN and _may_expire(review)
    ]
    for review in overdue:
        closed = store.expire(review, _decided_by_silence(review, silence), now)
        if closed.status is Status.EXPIRED and closed.delivered_at is None:
            _LOG.info(
                "review.expired",
                extra={"event": "review.expired", "review_id": closed.review_id},
            )
            announcer.announce(Event.EXPIRED, closed)
            by = Actor(via=Way.TIMEOUT)
            store.finish(Event.EXPIRED, closed, now, by, f"onTimeout is {on_timeout}")
    if not overdue:
        return _never_asked(now)
    latest = max(overdue, key=lambda review: review.requested_at)
    decision = _decided_by_silence(latest, silence)
    return task_output(replace(latest, **(vars(decision) if decision else _UNDECIDED)))


def _may_expire(review: Review) -> bool:
    if review.status.is_decided:
        return review.delivered_at is None
    return review.status in (Status.PENDING, Status.EXPIRED)


def _decided_by_silence(review: Review, outcome: Outcome | None) -> Decision | None:
    if outcome is None:
        return None
    return Decision(
        decision=outcome,
        reviewer="timeout",
        reason=nobody_decided(review),
        via=Way.TIMEOUT,
        decided_at=review.deadline,
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
