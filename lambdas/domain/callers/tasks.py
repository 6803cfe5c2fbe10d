"""Step Functions tasks as callers: they wait for a task token."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambdas.domain.callers.answers import ERRORS, answer_of
from lambdas.domain.review.errors import InvalidInput, as_object
from lambdas.domain.review.review import Review, Status

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_stepfunctions.type_defs import HistoryEventTypeDef

_EVENTS = 1000
"""The maximum page size of a history."""
_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
_PLANNED = {ERRORS[it] for it in (Status.REJECTED, Status.EXPIRED, Status.CANCELLED)}
"""Errors of hosts that failed because the review was not approved."""


class Tasks:
    """Waiting tasks. Their state machine decides what each answer means."""

    def __init__(self, client: "SFNClient") -> None:
        self._client = client

    def send(self, review: Review) -> None:
        """Send the answer as the task's output."""
        self._client.send_task_success(
            taskToken=review.task_token, output=json.dumps(answer_of(review))
        )

    def check(self, review: Review) -> None:
        """Send a heartbeat, which is accepted as long as the task waits."""
        self._client.send_task_heartbeat(taskToken=review.task_token)

    def has_answer(self, review: Review) -> bool | None:
        """Look for the answer among the outputs of the execution's tasks."""
        page = self._client.get_execution_history(
            executionArn=review.execution_arn, reverseOrder=True, maxResults=_EVENTS
        )
        events = page["events"]
        if any(_is_answer(event, review) for event in events):
            return True
        is_whole = "nextToken" not in page
        return False if is_whole and any(event["type"] in _ENDS for event in events) else None


def was_planned(execution: Mapping[str, Any]) -> bool:
    """Whether an execution succeeded, or failed because of its review, given its status event."""
    failed_so = execution["status"] == "FAILED" and execution.get("error") in _PLANNED
    return execution["status"] == "SUCCEEDED" or failed_so


def _is_answer(event: "HistoryEventTypeDef", review: Review) -> bool:
    output = event.get("taskSucceededEventDetails", {}).get("output")
    try:
        answer = as_object("the output", json.loads(output or "null"))
    except (InvalidInput, ValueError):
        return False
    received = (answer.get("review_id"), answer.get("decision"))
    return received == (review.review_id, review.decision)
