"""The review as Amazon States Language: three states to splice into any state machine.

`RequestReview` is the way in. They are written in JSONata, each says so itself, and so they fit
machines of either query language. Everything that the host knows stays as it is, and `review` is
merged into it. An approved execution continues at the host's own state; any other fails with
`ReviewRejected`, `ReviewExpired`, `ReviewCancelled` or `ReviewNotDelivered`, unless the host has a
state for those answers, too.
https://states-language.net
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias

States: TypeAlias = dict[str, dict[str, Any]]

FIRST_STATE = "RequestReview"
JSONATA = {"QueryLanguage": "JSONata"}
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
SAFETY_NET = timedelta(minutes=15)
"""How long after the last deadline a task fails by itself, should nobody have answered it."""
_ERRORS = {
    "rejected": "ReviewRejected",
    "expired": "ReviewExpired",
    "cancelled": "ReviewCancelled",
    "undelivered": "ReviewNotDelivered",
}


def integration(arn: str, action: str) -> str:
    """The `Resource` of a task, an action of Step Functions in the partition of `arn`.

    https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
    """
    return f"arn:{arn.split(':')[1]}:states:::{action}"


def review_states(
    *,
    request_function: str,
    timeout: timedelta,
    approved: str,
    answered: str | None = None,
    request: str = "$states.input.request",
) -> States:
    """The states; `approved` is the host's state that follows an approval, and nothing else.

    `answered` is its state that follows any other answer; without one, the execution fails.
    `request` is the JSONata expression for the request, `timeout` the longest that it may wait.
    """
    seconds = int((timeout + SAFETY_NET).total_seconds())
    states: States = {
        FIRST_STATE: {
            "Type": "Task",
            **JSONATA,
            "Comment": "Asks people and waits, without running, for the answer.",
            "Resource": integration(request_function, "lambda:invoke.waitForTaskToken"),
            "Arguments": {
                "FunctionName": request_function,
                "Payload": {
                    "taskToken": "{% $states.context.Task.Token %}",
                    "executionArn": "{% $states.context.Execution.Id %}",
                    # An expression without a value would end the execution without a word why.
                    "request": f"{{% $exists({request}) ? {request} : null %}}",
                },
            },
            # The gate answers at the deadline. These only ever fail, and a task with a heartbeat
            # can be asked whether it still waits.
            "TimeoutSeconds": seconds,
            "HeartbeatSeconds": seconds - 1,
            "Output": "{% $merge([$states.input, {'review': $states.result}]) %}",
            "Retry": list(RETRY_LAMBDA_SERVICE),
            "Next": "WasApproved",
        },
        "WasApproved": {
            "Type": "Choice",
            **JSONATA,
            "Choices": [
                {
                    "Condition": "{% $states.input.review.decision = 'approved' %}",
                    "Next": approved,
                }
            ],
            "Default": answered or "NotApproved",
        },
    }
    if answered is None:
        states["NotApproved"] = {
            "Type": "Fail",
            **JSONATA,
            "Error": f"{{% $lookup({_ERRORS}, $states.input.review.decision) %}}",
            "Cause": "{% $states.input.review.reason %}",
        }
    return states
