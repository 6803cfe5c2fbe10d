"""Step Functions as the gate sees it: hand over a decision, or find out what became of it."""

import json
from collections.abc import Callable
from datetime import datetime
from time import sleep
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.shared import times
from lambdas.shared.reviews import (
    InvalidInput,
    NotDelivered,
    Outcome,
    Review,
    Status,
    Way,
    as_object,
)

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

_CLOSED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
_GONE = {"ExecutionDoesNotExist", "InvalidArn"}
_LOOKS = 4
_SECONDS_BETWEEN_LOOKS = 0.5


class TaskClosed(Exception):
    """The task no longer waits: it was answered, timed out, or its execution ended."""


class Executions:
    """The executions that wait for reviews."""

    def __init__(self, client: "SFNClient", wait: Callable[[float], None] = sleep) -> None:
        self._client = client
        self._wait = wait

    def deliver(self, review: Review) -> None:
        """Send the review's decision to the waiting task.

        Raises `TaskClosed` where nothing waits any more. A retry after a lost answer ends there
        too, so closed does not mean failed: ask `what_became_of`.
        Raises `NotDelivered` where Step Functions could not be reached.
        """
        try:
            self._client.send_task_success(
                taskToken=review.task_token, output=json.dumps(task_output(review))
            )
        except ClientError as error:
            if _code(error) in _CLOSED:
                raise TaskClosed from None
            raise NotDelivered(review) from None
        except BotoCoreError:
            raise NotDelivered(review) from None

    def what_became_of(self, review: Review, now: Callable[[], datetime] = times.now) -> Status:
        """Tell how a closed task ended, as the execution's own history has it.

        Raises `NotDelivered` where the execution still runs and does not say yet: the history is
        eventually consistent, so it is read a few times before that.
        """
        for look in range(_LOOKS):
            if look:
                self._wait(_SECONDS_BETWEEN_LOOKS)
            try:
                outcome = self._delivered_outcome(review)
                if outcome is not None:
                    return outcome.status
                if now() >= review.deadline:
                    return Status.EXPIRED
                if self._has_ended(review.execution_arn):
                    return Status.CANCELLED
            except ClientError as error:
                if _code(error) in _GONE:
                    return Status.CANCELLED
                raise NotDelivered(review) from None
            except BotoCoreError:
                raise NotDelivered(review) from None
        raise NotDelivered(review)

    def _delivered_outcome(self, review: Review) -> Outcome | None:
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=review.execution_arn, reverseOrder=True
        )
        for page in pages:
            for event in page["events"]:
                output = event.get("taskSucceededEventDetails", {}).get("output")
                outcome = _outcome_for(review.review_id, output)
                if outcome is not None:
                    return outcome
        return None

    def _has_ended(self, execution_arn: str) -> bool:
        answer = self._client.describe_execution(executionArn=execution_arn)
        return answer["status"] not in ("RUNNING", "PENDING_REDRIVE")


def task_output(review: Review) -> dict[str, str]:
    """The `review` object of the workflow's output. Without a decision, the review expired."""
    decided = review.decision is not None
    return {
        "review_id": review.review_id,
        "decision": review.decision or "expired",
        "reviewer": review.reviewer,
        "reason": review.reason if decided else nobody_decided(review),
        "via": review.via or Way.TIMEOUT,
        "decided_at": times.to_text(review.decided_at or review.deadline),
    }


def nobody_decided(review: Review) -> str:
    """The reason of an expired review: `Nobody decided within 24 hours.`."""
    return f"Nobody decided within {times.duration_for_people(review.time_to_decide)}."


def _outcome_for(review_id: str, output: str | None) -> Outcome | None:
    """Read the decision from a task's output, if it answers this review."""
    try:
        answer = as_object("the output", json.loads(output or "null"))
        return Outcome(answer["decision"]) if answer.get("review_id") == review_id else None
    except (InvalidInput, KeyError, ValueError):
        return None


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")
