"""An execution that failed without a review, and the trusted part of its announcement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lambdas.domain.review.ids import review_id_of
from lambdas.domain.review.results import Result

FAILED: Literal["execution.failed"] = "execution.failed"
"""The announced event. It is about no review, so the audit log does not have it."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How and when an execution failed without a review."""

    failure_id: str
    stage: str
    execution_arn: str
    result: Result
    detail: str
    """The error and its cause, which are text from the host; empty if unknown."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AnnouncedFailure:
    """The trusted part of an announcement. Everything else is read from the row."""

    review_id: str
    """The id of the failure, in place of a review's."""
    event: Literal["execution.failed"] = FAILED


def failure_id_of(execution_arn: str, stopped: int) -> str:
    """Derive the id, in the form of a review id, from the execution and the time of its end.

    A retry of the event has the same id; a redriven execution that fails again has another.
    """
    return review_id_of("execution", f"{execution_arn}:{stopped}")
