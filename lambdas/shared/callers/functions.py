"""The second form of a caller: a durable function of Lambda that waits with a callback.

https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
"""

import json
from typing import TYPE_CHECKING

from lambdas.shared.callers.answers import ERRORS, answer_of, how_it_ended, wants_to_know
from lambdas.shared.review.review import Review, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_lambda import LambdaClient
    from types_boto3_lambda.type_defs import EventTypeDef

_CLOSINGS = {"CallbackSucceeded", "CallbackFailed", "CallbackTimedOut"}
_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionStopped", "ExecutionTimedOut"}


class DurableFunctions:
    """Durable functions that wait. They go on after an approval, and everything else is an error.

    The answer goes along with the error: the SDK keeps its data, and forgets its type.
    """

    def __init__(self, client: "Callable[[], LambdaClient]") -> None:
        self._client = client

    def send(self, review: Review) -> None:
        """Hand an approval over as the callback's result; otherwise the callback fails."""
        answer = json.dumps(answer_of(review))
        if review.status is Status.APPROVED or wants_to_know(review):
            self._client().send_durable_execution_callback_success(
                CallbackId=review.callback_id, Result=answer
            )
        else:
            error = ERRORS[review.status]
            why = review.reason or review.ended_because
            self._client().send_durable_execution_callback_failure(
                CallbackId=review.callback_id,
                Error={"ErrorType": error, "ErrorMessage": why, "ErrorData": answer},
            )

    def what_became_of(self, review: Review) -> str | None:
        """Look for what closed the callback: this decision, another one, or its own time."""
        closed: dict[str, EventTypeDef] = {}
        has_end = False
        for event in self._history(review.execution_arn):
            kind, operation = event.get("EventType", ""), event.get("Id", "")
            has_end = has_end or kind in _ENDS
            if kind in _CLOSINGS:
                closed[operation] = event
            elif _asked(event) == review.callback_id and operation in closed:
                return _why_not(closed[operation], review)
        return self.why_it_ended(review.execution_arn) or None if has_end else None

    def why_it_ended(self, execution_arn: str) -> str:
        """How a durable execution ended, in a sentence; empty while it runs."""
        answer = self._client().get_durable_execution(DurableExecutionArn=execution_arn)
        if answer["Status"] == "RUNNING":
            return ""
        error = answer.get("Error", {})
        return how_it_ended(answer["Status"], error.get("ErrorType"), error.get("ErrorMessage"))

    def _history(self, execution_arn: str) -> "Iterator[EventTypeDef]":
        """The events of a durable execution, the latest first."""
        pages = (
            self._client()
            .get_paginator("get_durable_execution_history")
            .paginate(
                DurableExecutionArn=execution_arn, IncludeExecutionData=True, ReverseOrder=True
            )
        )
        return (event for page in pages for event in page["Events"])


def _asked(event: "EventTypeDef") -> str:
    """The callback that an event handed out, if it is such an event."""
    return event.get("CallbackStartedDetails", {}).get("CallbackId", "")


def _why_not(closing: "EventTypeDef", review: Review) -> str:
    """Why what closed the callback is not this decision; empty where it is.

    A long text is cut off in the history, so its beginning has to do: who, and what.
    """
    result = closing.get("CallbackSucceededDetails", {}).get("Result", {}).get("Payload", "")
    error = closing.get("CallbackFailedDetails", {}).get("Error", {}).get("Payload", {})
    said = {"review_id": review.review_id, "decision": review.decision}
    if (result or error.get("ErrorData", "")).startswith(json.dumps(said)[:-1]):
        return ""
    if closing.get("EventType") == "CallbackTimedOut":
        return "The function waited no longer."
    return "The function had another answer."
