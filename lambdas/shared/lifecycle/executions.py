"""Step Functions as the gate sees it: answer a waiting task, or find out what became of it."""

import json
from collections.abc import Callable, Iterator, Mapping
from time import sleep
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.shared.review.errors import InvalidInput, NotDelivered, as_object
from lambdas.shared.review.review import Review, Status, Way
from lambdas.shared.review.text import visible
from lambdas.shared.runtime import times

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient
    from types_boto3_stepfunctions.type_defs import HistoryEventTypeDef

_CLOSED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
_GONE = {"ExecutionDoesNotExist", "InvalidArn"}
_RUNNING = {"RUNNING", "PENDING_REDRIVE"}
_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
_LOOKS = 4
_SECONDS_BETWEEN_LOOKS = 0.5
_CAUSE_LIMIT = 200
_NOT_DELIVERED = "ReviewNotDelivered"
"""The error that the workflow ends with."""


class Executions:
    """The executions that wait for reviews."""

    def __init__(self, client: "SFNClient", wait: Callable[[float], None] = sleep) -> None:
        self._client = client
        self._wait = wait

    def deliver(self, review: Review) -> str:
        """Send the review's decision to the waiting task; tell why it never got through, if so.

        Where nothing waits any more, which a retry after a lost answer hears too, and where no
        answer came at all, the history knows what became of it.
        Raises `NotDelivered` where Step Functions takes nothing now, or nobody can tell yet.
        """
        try:
            self._client.send_task_success(
                taskToken=review.task_token, output=json.dumps(task_output(review))
            )
        except ClientError as error:
            if _code_of(error) not in _CLOSED:
                raise NotDelivered(review) from None
        except BotoCoreError:
            pass
        else:
            return ""
        return self.why_not_delivered(review)

    def fail(self, review: Review) -> None:
        """Fail the task of a review that reached nobody, if it still waits.

        One call, and it may be done again.
        """
        try:
            self._client.send_task_failure(
                taskToken=review.task_token, error=_NOT_DELIVERED, cause=review.ended_because
            )
        except ClientError as error:
            if _code_of(error) not in _CLOSED:
                raise

    def why_not_delivered(self, review: Review) -> str:
        """Why a decision never got through; empty where it did.

        Raises `NotDelivered` where nobody can tell yet. The history may lag behind, so only one
        that has the execution's end tells what never happened; it is read a few times before that.
        """
        for look in range(_LOOKS):
            if look:
                self._wait(_SECONDS_BETWEEN_LOOKS)
            try:
                has_end = False
                for event in self._history(review.execution_arn):
                    if _is_answer(event, review):
                        return ""
                    has_end = has_end or event["type"] in _ENDS
                if has_end and (why := self.why_it_ended(review.execution_arn)):
                    return why
            except ClientError as error:
                if _code_of(error) in _GONE:
                    return _ITS_EXECUTION_IS_GONE
                raise NotDelivered(review) from None
            except BotoCoreError:
                raise NotDelivered(review) from None
        raise NotDelivered(review)

    def why_it_ended(self, execution_arn: str) -> str:
        """How an execution ended, in a sentence; empty while it runs."""
        try:
            answer = self._client.describe_execution(executionArn=execution_arn)
        except ClientError as error:
            if _code_of(error) in _GONE:
                return _ITS_EXECUTION_IS_GONE
            raise
        return "" if answer["status"] in _RUNNING else why_it_ended(answer)

    def _history(self, execution_arn: str) -> "Iterator[HistoryEventTypeDef]":
        """The events of an execution, the latest first."""
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=execution_arn, reverseOrder=True
        )
        return (event for page in pages for event in page["events"])


_ITS_EXECUTION_IS_GONE = "Its execution is gone."
_PLANNED = {"ReviewRejected", "ReviewExpired"}
"""The errors with which the gate's states end an execution on purpose."""


def was_planned(execution: Mapping[str, Any]) -> bool:
    """Whether an execution ended as its review did, from its description or its event."""
    return execution["status"] == "FAILED" and execution.get("error") in _PLANNED


def why_it_ended(execution: Mapping[str, Any]) -> str:
    """How an execution ended, from its description or its event: a sentence for people.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    """
    match execution["status"]:
        case "ABORTED":
            cause = visible(execution.get("cause") or "")[:_CAUSE_LIMIT]
            return f"Somebody stopped the execution{f': {cause}' if cause else ''}."
        case "TIMED_OUT":
            return "The execution ran out of time."
        case "FAILED":
            error = visible(execution.get("error") or "")
            return f"The execution failed: {error or 'no error was named'}."
        case _:
            return "The execution went on without an answer."


def task_output(review: Review) -> dict[str, Any]:
    """What the caller gets. Without a decision, the review expired, or reached nobody."""
    nobody = "undelivered" if review.status is Status.UNDELIVERED else "expired"
    return {
        "review_id": review.review_id,
        "decision": review.decision or nobody,
        "reviewer": review.reviewer,
        "reason": review.reason or review.ended_because,
        "answers": dict(review.answers),
        "via": review.via or Way.TIMEOUT,
        "decided_at": times.to_text(review.decided_at or review.ended_at or review.deadline),
        "context": review.context,
    }


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


def _code_of(error: ClientError) -> str:
    """AWS's own name for what went wrong."""
    return error.response.get("Error", {}).get("Code", "")
