"""The first form of a caller: a task of Step Functions that waits with a token."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lambdas.shared.callers.answers import ERRORS, answer_of, how_it_ended, wants_to_know
from lambdas.shared.review.errors import InvalidInput, as_object
from lambdas.shared.review.review import Review, Status

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_stepfunctions.type_defs import HistoryEventTypeDef

_RUNNING = {"RUNNING", "PENDING_REDRIVE"}
_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
_PLANNED = {ERRORS[it] for it in (Status.REJECTED, Status.EXPIRED, Status.CANCELLED)}
"""The errors with which the gate ends an execution on purpose."""


class Tasks:
    """Tasks that wait. Their state machine tells a rejection from an approval itself."""

    def __init__(self, client: "SFNClient") -> None:
        self._client = client

    def send(self, review: Review) -> None:
        """Hand a decision over as the task's output; without one, the task fails."""
        if review.status.is_decided or wants_to_know(review):
            self._client.send_task_success(
                taskToken=review.task_token, output=json.dumps(answer_of(review))
            )
        else:
            self._client.send_task_failure(
                taskToken=review.task_token,
                error=ERRORS[review.status],
                cause=review.ended_because,
            )

    def what_became_of(self, review: Review) -> str | None:
        """Look for the decision among the outputs of the execution's tasks."""
        has_end = False
        for event in self._history(review.execution_arn):
            if _is_answer(event, review):
                return ""
            has_end = has_end or event["type"] in _ENDS
        return self.why_it_ended(review.execution_arn) or None if has_end else None

    def why_it_ended(self, execution_arn: str) -> str:
        """How an execution ended, in a sentence; empty while it runs."""
        answer = self._client.describe_execution(executionArn=execution_arn)
        if answer["status"] in _RUNNING:
            return ""
        return how_it_ended(answer["status"], answer.get("error"), answer.get("cause"))

    def _history(self, execution_arn: str) -> "Iterator[HistoryEventTypeDef]":
        """The events of an execution, the latest first."""
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=execution_arn, reverseOrder=True
        )
        return (event for page in pages for event in page["events"])


def was_planned(execution: Mapping[str, Any]) -> bool:
    """Whether an execution ended as its review did, from its status event."""
    return execution["status"] == "FAILED" and execution.get("error") in _PLANNED


def _is_answer(event: "HistoryEventTypeDef", review: Review) -> bool:
    """Whether a task's output is this decision: its own, or that of the state that closes."""
    output = event.get("taskSucceededEventDetails", {}).get("output")
    try:
        answer = as_object("the output", json.loads(output or "null"))
        answer = as_object("the payload", answer.get("Payload", answer))
    except (InvalidInput, ValueError):
        return False
    said = (answer.get("review_id"), answer.get("decision"))
    return said == (review.review_id, review.decision)
