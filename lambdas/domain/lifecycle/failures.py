"""Report an execution that failed without a review, so that the channel learns of it."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lambdas.domain.callers.results import failure_text
from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.review.failure import FAILED, Failure, failure_id_of
from lambdas.domain.review.results import Result
from lambdas.domain.store.indexes import reviews_of

_LOG = logging.getLogger(__name__)
_CAUSE_LIMIT = 500
"""Enough for an error that names a file, a row and a rule."""


def report_failure(gate: Gate, stage: str, execution: Mapping[str, Any]) -> None:
    """Store and announce the failure of an execution, given the detail of its status event.

    Three AWS calls. An execution with a review is not reported: the channel gets the end of the
    review, or its result. A retry of the event announces the failure again, since the first attempt
    may have been interrupted in between. The notes ensure that Slack shows it once.
    """
    arn, stopped = execution["executionArn"], execution["stopDate"]
    if reviews_of(gate.store, arn):
        return
    failure = Failure(
        failure_id=failure_id_of(arn, stopped),
        stage=stage,
        execution_arn=arn,
        result=Result(execution["status"].lower()),
        detail=failure_text(execution, _CAUSE_LIMIT),
        at=datetime.fromtimestamp(stopped // 1000, UTC),
    )
    gate.notes.add_failure(failure, gate.keep_reviews)
    gate.topic.announce_failure(failure)
    facts = {"event": FAILED, "failure_id": failure.failure_id, "execution": arn}
    _LOG.info(FAILED, extra=facts | {"result": failure.result})
