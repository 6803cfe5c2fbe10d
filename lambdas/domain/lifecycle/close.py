"""Handle the end of an execution: cancel pending reviews, announce results of decided ones."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lambdas.domain.callers.answers import describe_end
from lambdas.domain.callers.results import result_of
from lambdas.domain.callers.tasks import was_planned
from lambdas.domain.lifecycle.end import announce_end
from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.review.errors import UnreadableRow
from lambdas.domain.review.events import Event
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime import times
from lambdas.domain.store.indexes import reviews_of

_LOG = logging.getLogger(__name__)
_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts while another function delivers the decision. Delivery takes less than a
second, but an execution can end before it completes."""

Wait = Callable[[float], None]


class DecisionInProgress(Exception):
    """Another function is still delivering the decision. Lambda retries the event later."""


@dataclass(frozen=True, kw_only=True)
class _Ended:
    """An execution that has ended."""

    arn: str
    because: str
    """Why its pending reviews are cancelled."""
    result: Result
    detail: str
    at: datetime
    is_planned_after: Callable[[Review], bool]
    """Whether the decision on this review explains the failure."""

    def is_news_about(self, review: Review) -> bool:
        """Whether to announce the result for a review. Outdated results are ignored."""
        known = review.completed_at is not None and review.completed_at > self.at
        return review.status.is_decided and not known and not self.is_planned_after(review)


def close_reviews_of_execution(
    gate: Gate, execution: Mapping[str, Any], wait: Wait = time.sleep
) -> None:
    """Close the reviews of an ended execution, given the detail of its status event.

    Reviews requested after the end do not change. A query, and three AWS calls per review. Whether
    the end was planned is logged first, and only here: an alarm counts it. Raises
    `DecisionInProgress`.
    """
    arn, status = execution["executionArn"], execution["status"]
    planned = was_planned(execution)
    facts = {"event": "execution.ended", "execution": arn, "status": status}
    _LOG.info("execution.ended", extra=facts | {"planned": planned})
    result, detail = result_of(execution)
    ended = _Ended(
        arn=arn,
        because=describe_end(status, execution.get("error"), execution.get("cause")),
        result=result,
        detail=detail,
        at=datetime.fromtimestamp(execution["stopDate"] // 1000, UTC),
        is_planned_after=lambda _: planned and result is Result.FAILED,
    )
    _close_all(gate, ended, wait)


def close_reviews_of_function(
    gate: Gate, execution: Mapping[str, Any], wait: Wait = time.sleep
) -> None:
    """Close the reviews of a durable execution, as `close_reviews_of_execution` does.

    The event has no error, so a failure after a rejection counts as planned. The function's owners
    monitor its failures.
    """
    result, detail = result_of(execution)
    ended = _Ended(
        arn=execution["durableExecutionArn"],
        because=describe_end(execution["status"]),
        result=result,
        detail=detail,
        at=times.from_text(execution["endTimestamp"]).replace(microsecond=0),
        is_planned_after=lambda review: (
            result is Result.FAILED and review.status is Status.REJECTED
        ),
    )
    _close_all(gate, ended, wait)


def _close_all(gate: Gate, ended: _Ended, wait: Wait) -> None:
    in_progress: DecisionInProgress | None = None
    for review_id in reviews_of(gate.store, ended.arn):
        with suppress(UnreadableRow):
            try:
                _close(gate, ended, review_id, wait)
            except DecisionInProgress as problem:
                in_progress = problem
    if in_progress:
        raise in_progress


def _close(gate: Gate, ended: _Ended, review_id: str, wait: Wait) -> None:
    """Cancel a pending review, or announce the result of a decided one."""
    for pause in (*_PAUSES, None):
        won, review = gate.store.cancel(review_id, ended.because, gate.now(), requested_by=ended.at)
        if won:
            announce_end(gate, review)
            return
        if not ended.is_news_about(review):
            return
        if review.delivered_at:
            _complete(gate, ended, review)
            return
        if pause:
            wait(pause)
    raise DecisionInProgress(review_id)


def _complete(gate: Gate, ended: _Ended, review: Review) -> None:
    """Store the result, then announce it. Two AWS calls.

    A retry of the event announces the result again, since the first attempt may have been
    interrupted in between. The notes ensure that Slack shows it once.
    """
    is_retry = review.completed_at == ended.at
    if not is_retry and not gate.store.complete(
        review, ended.result, ended.detail, ended.at, gate.now()
    ):
        return
    completed = replace(
        review, result=ended.result, result_detail=ended.detail, completed_at=ended.at
    )
    gate.topic.announce(Event.COMPLETED, completed)
    facts = {"event": Event.COMPLETED, "review_id": review.review_id, "result": ended.result}
    _LOG.info(Event.COMPLETED, extra=facts)
