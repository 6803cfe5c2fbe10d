"""Process due reviews: end them at their deadline, remind, and complete interrupted ends."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from lambdas.domain.lifecycle.deliver import NO_LONGER_WAITING, deliver
from lambdas.domain.lifecycle.end import end
from lambdas.domain.lifecycle.expire import expire
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.lifecycle.remind import remind
from lambdas.domain.review.errors import ReviewEnded, ReviewError
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Review, Status
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.review.words import counted
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.store.due import Due, back_off, due_reviews

_LOG = logging.getLogger(__name__)
SECONDS_PER_REVIEW = 15
"""Minimum time left to process another review."""
AT_ONCE = 10
"""Reviews processed in parallel, as many as an AWS client keeps connections for."""


class SweepIncomplete(Exception):
    """Some reviews could not be processed. Later sweeps retry them."""


def sweep(
    gate: AnsweringGate,
    plan: TimePlan,
    on_timeout: Outcome | None,
    stage: str,
    seconds_left: Callable[[], float],
) -> int:
    """Process every due review, or as many as time permits; return their number.

    `on_timeout` is the decision by timeout, if any. Deadlines come first. Sweeps may be concurrent:
    one of them takes each review. One AWS call if nothing is due. Raises `SweepIncomplete` at the
    end if a review could not be processed; that review backs off.
    """

    def process(due: Due) -> bool | None:
        """Whether the review was processed; None if there was no time."""
        if seconds_left() < SECONDS_PER_REVIEW:
            return None
        facts = {"review_id": due.review_id}
        try:
            _process(gate, plan, on_timeout, due)
        except ReviewEnded:
            return True
        except Exception as problem:  # noqa: BLE001 (one broken review must not block the others)
            if isinstance(problem, ReviewError):
                _LOG.warning("%s", problem, extra=facts)
            else:
                _LOG.exception("sweep.failed", extra={**facts, "event": "sweep.failed"})
            with suppress(*AWS_ERRORS):  # the next sweep will find it due
                back_off(gate.store, due, gate.now())
            return isinstance(problem, ReviewError)
        return True

    now = gate.now()
    seen = due_reviews(gate.store, stage, now)
    deadlines_first = sorted(seen, key=lambda it: not it.is_past_deadline(now))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = [*pool.map(process, deadlines_first)]
    broken = results.count(False)
    if broken:
        of = counted(len(results), "review")
        raise SweepIncomplete(f"{broken} of {of} could not be processed")
    return len(results) - results.count(None)


def _process(gate: AnsweringGate, plan: TimePlan, on_timeout: Outcome | None, due: Due) -> None:
    now = gate.now()
    if due.is_past_deadline(now):
        expire(gate, due, on_timeout, now)
        return
    review = gate.store.take(due.review_id, due.due_at, now)
    if review is None:
        return
    if review.status is not Status.PENDING:
        _complete(gate, review)
    elif not gate.callers.is_waiting(review):
        end(gate, review, Status.CANCELLED, NO_LONGER_WAITING)
    else:
        remind(gate, plan, review, now)


def _complete(gate: AnsweringGate, review: Review) -> None:
    """Complete what the function that ended the review did not."""
    by = Actor(
        person=review.reviewer_key,
        name=review.reviewer if review.reviewer_key else "",  # a timeout has no name
        via=str(review.via or ""),
        identity=review.reviewer_identity,
    )
    deliver(gate, review, by, again=True)
