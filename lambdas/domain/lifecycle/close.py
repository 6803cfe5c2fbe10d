"""Cancel pending reviews whose execution ended without an answer."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from lambdas.domain.callers.answers import describe_end
from lambdas.domain.callers.tasks import was_planned
from lambdas.domain.lifecycle.end import announce_end
from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.review.errors import UnreadableRow
from lambdas.domain.runtime import times
from lambdas.domain.store.indexes import reviews_of

_LOG = logging.getLogger(__name__)


def cancel_reviews_of_execution(gate: Gate, execution: Mapping[str, Any]) -> None:
    """Cancel the pending reviews of an ended execution, given the detail of its status event.

    Reviews requested after the end stay pending. Three AWS calls per review, and a query. Whether
    the end was planned is logged first, and only here: an alarm counts it.
    """
    arn = execution["executionArn"]
    facts = {"event": "execution.ended", "execution": arn, "status": execution["status"]}
    _LOG.info("execution.ended", extra=facts | {"planned": was_planned(execution)})
    because = describe_end(execution["status"], execution.get("error"), execution.get("cause"))
    _close_all(gate, arn, because, datetime.fromtimestamp(execution["stopDate"] / 1000, UTC))


def cancel_reviews_of_function(gate: Gate, execution: Mapping[str, Any]) -> None:
    """Cancel the pending reviews of a durable execution, given the detail of its status event.

    The event does not include the cause. The function's owners monitor its failures.
    """
    ended_at = times.from_text(execution["endTimestamp"])
    _close_all(gate, execution["durableExecutionArn"], describe_end(execution["status"]), ended_at)


def _close_all(gate: Gate, execution_arn: str, because: str, ended_at: datetime) -> None:
    for review_id in reviews_of(gate.store, execution_arn):
        with suppress(UnreadableRow):
            won, review = gate.store.cancel(review_id, because, gate.now(), requested_by=ended_at)
            if won:
                announce_end(gate, review)
