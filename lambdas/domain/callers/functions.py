"""Durable Lambda functions as callers: they wait for a callback.

https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
"""

import json
from typing import TYPE_CHECKING

from lambdas.domain.callers.answers import ERRORS, answer_of
from lambdas.domain.review.review import Review, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_lambda import LambdaClient
    from types_boto3_lambda.type_defs import EventTypeDef

_EVENTS = 1000
"""The maximum page size of a history."""
_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionStopped", "ExecutionTimedOut"}


class DurableFunctions:
    """Waiting durable functions. An approval is a result, every other answer an error.

    The error's data is the whole answer: the SDK preserves the data and drops the type.
    """

    def __init__(self, client: "Callable[[], LambdaClient]") -> None:
        self._client = client

    def send(self, review: Review) -> None:
        """Send an approval as the callback's result, and any other answer as its failure."""
        answer = json.dumps(answer_of(review))
        if review.status is Status.APPROVED:
            self._client().send_durable_execution_callback_success(
                CallbackId=review.callback_id, Result=answer
            )
        else:
            self._client().send_durable_execution_callback_failure(
                CallbackId=review.callback_id,
                Error={
                    "ErrorType": ERRORS[review.status],
                    "ErrorMessage": review.reason or review.ended_because,
                    "ErrorData": answer,
                },
            )

    def check(self, review: Review) -> None:
        """Send a heartbeat, which is accepted as long as the callback is open."""
        self._client().send_durable_execution_callback_heartbeat(CallbackId=review.callback_id)

    def has_answer(self, review: Review) -> bool | None:
        """Look for the answer among the results of the execution's callbacks."""
        page = self._client().get_durable_execution_history(
            DurableExecutionArn=review.execution_arn,
            IncludeExecutionData=True,
            ReverseOrder=True,
            MaxItems=_EVENTS,
        )
        events = page["Events"]
        if any(_is_answer(event, review) for event in events):
            return True
        is_whole = "NextMarker" not in page
        has_end = any(event.get("EventType") in _ENDS for event in events)
        return False if is_whole and has_end else None


def _is_answer(event: "EventTypeDef", review: Review) -> bool:
    """Whether the event completed a callback with this answer. The history may truncate its end."""
    result = event.get("CallbackSucceededDetails", {}).get("Result", {}).get("Payload", "")
    error = event.get("CallbackFailedDetails", {}).get("Error", {}).get("Payload", {})
    expected = {"review_id": review.review_id, "decision": review.decision}
    return (result or error.get("ErrorData", "")).startswith(json.dumps(expected)[:-1])
