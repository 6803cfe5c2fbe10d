"""The review as Amazon States Language: five states to splice into any state machine.

`RequestReview` is the way in. It needs `$.dataset` (the evidence); `$.title` and `$.requested_by`
are shown where they are there. An approved execution goes on at the host's own state with the
review at `$.review`; the others fail with `ReviewRejected` or `ReviewExpired`, and with
`ReviewNotDelivered` where the request reached nobody, which none of these states catches.
https://states-language.net
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias

States: TypeAlias = dict[str, dict[str, Any]]

FIRST_STATE = "RequestReview"
REVIEW_FIELDS = ("review_id", "decision", "reviewer", "reason", "via", "decided_at")
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
RETRY_LAMBDA_SERVICE: tuple[Mapping[str, Any], ...] = (
    {
        "ErrorEquals": [
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException",
        ],
        "IntervalSeconds": 2,
        "MaxAttempts": 6,
        "BackoffRate": 2.0,
        "JitterStrategy": "FULL",
    },
)

# Closing may be repeated: what was done is not done again.
RETRY_CLOSING: Mapping[str, Any] = {
    "ErrorEquals": ["States.TaskFailed"],
    "IntervalSeconds": 2,
    "MaxAttempts": 4,
    "BackoffRate": 3.0,
}


def review_states(
    *,
    request_function: str,
    close_function: str,
    timeout: timedelta,
    approved: str,
    threshold: float | None = None,
) -> States:
    """The five states; `approved` is the host's state that follows an approval.

    `threshold`, a share, is told to the reviewer. What silence means is said by `CloseReview`'s
    function, in the same form as a person's answer.
    """
    payload: dict[str, Any] = {
        "taskToken.$": "$$.Task.Token",
        "executionArn.$": "$$.Execution.Id",
        "enteredAt.$": "$$.State.EnteredTime",
        "input.$": "$",
    }
    if threshold is not None:
        payload["threshold"] = threshold
    return {
        "RequestReview": {
            "Type": "Task",
            "Comment": "Asks people and waits, without running, for the answer or the deadline.",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": request_function, "Payload": payload},
            "TimeoutSeconds": int(timeout.total_seconds()),
            "ResultPath": "$.review",
            "Retry": list(RETRY_LAMBDA_SERVICE),
            # The error itself says nothing more, and would stay in the output.
            "Catch": [
                {"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": "CloseReview"}
            ],
            "Next": "WasApproved",
        },
        "CloseReview": {
            "Type": "Task",
            "Comment": "Nobody decided in time: closes the review and says what silence means.",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {
                "FunctionName": close_function,
                "Payload": {"executionArn.$": "$$.Execution.Id"},
            },
            "ResultSelector": {f"{name}.$": f"$.Payload.{name}" for name in REVIEW_FIELDS},
            "ResultPath": "$.review",
            "Retry": [*RETRY_LAMBDA_SERVICE, RETRY_CLOSING],
            "Next": "WasApproved",
        },
        "WasApproved": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.review.decision", "StringEquals": "approved", "Next": approved},
                {
                    "Variable": "$.review.decision",
                    "StringEquals": "expired",
                    "Next": "ReviewExpired",
                },
            ],
            "Default": "ReviewRejected",
        },
        "ReviewRejected": {
            "Type": "Fail",
            "Error": "ReviewRejected",
            "CausePath": "$.review.reason",
        },
        "ReviewExpired": {
            "Type": "Fail",
            "Error": "ReviewExpired",
            "CausePath": "$.review.reason",
        },
    }
