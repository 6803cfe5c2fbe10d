"""Looks at what is due: reminds, escalates, and finishes what was cut off."""

import logging
from collections.abc import Callable
from datetime import datetime

from lambdas.shared.lifecycle.close import close_unanswered, close_with_execution
from lambdas.shared.lifecycle.deliver import deliver
from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.lifecycle.remind import remind
from lambdas.shared.lifecycle.tell import tell
from lambdas.shared.review.errors import ReviewError
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Outcome, Review, Status, short_id
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.store.indexes import due_reviews

_LOG = logging.getLogger(__name__)
_SECONDS_A_REVIEW = 15


class SweepIncomplete(Exception):
    """Some reviews could not be looked at; the next sweeps try them again."""


def sweep(
    gate: AnsweringGate,
    plan: TimePlan,
    silence: Outcome | None,
    stage: str,
    seconds_left: Callable[[], float],
) -> int:
    """Look at every review that is due, or at as many as there is time for; tell how many.

    `silence` is what silence decides, if anything, where the caller leaves that to the gate.

    Any number of sweeps may run at once: each review is taken by one. One AWS call where nothing
    is due. Raises `SweepIncomplete` in the end, so that one broken row stops neither the others
    nor goes unnoticed.
    """
    looked, broken = 0, 0
    for review_id, seen in due_reviews(gate.store, stage, gate.now()):
        if seconds_left() < _SECONDS_A_REVIEW:
            break
        looked += 1
        try:
            _look_at(gate, plan, silence, review_id, seen)
        except ReviewError as problem:
            _LOG.warning("%s", problem, extra={"review_id": short_id(review_id)})
        except Exception:  # noqa: BLE001 (whatever is wrong with one row, the others are due)
            _LOG.exception("not swept", extra={"review_id": short_id(review_id)})
            broken += 1
    if broken:
        raise SweepIncomplete(f"{broken} of {looked} reviews could not be looked at")
    return looked


def _look_at(
    gate: AnsweringGate, plan: TimePlan, silence: Outcome | None, review_id: str, seen: datetime
) -> None:
    now = gate.now()
    review = gate.store.take(review_id, seen, now)
    if review is None:
        return
    if review.status is not Status.PENDING:
        _finish(gate, review)
    elif because := gate.callers.why_it_ended(review):
        close_with_execution(gate, review, because)
    elif now >= review.deadline and not review.is_closed_by_its_caller:
        close_unanswered(gate, review, silence)
    else:
        remind(gate, plan, review, now)


def _finish(gate: AnsweringGate, review: Review) -> None:
    """Do what whoever ended the review did not come to."""
    if review.status.is_decided:
        by = Actor(person=review.reviewer, via=str(review.via), identity=review.reviewer_identity)
        deliver(gate, review, by)
        return
    gate.callers.let_go(review)
    tell(gate, review)
