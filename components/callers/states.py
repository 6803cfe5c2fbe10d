"""The review in Amazon States Language: three states to splice into any state machine.

Enter at `RequestReview`. Each state declares JSONata, so that it fits machines of either query
language. The host's data is preserved, and `review` is merged into it. After an approval the
execution continues at the host's own state. Otherwise it fails with `ReviewRejected`,
`ReviewExpired`, `ReviewCancelled` or `ReviewNotDelivered`, unless the host has a state for those
answers, too.

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
"""Time after the last deadline at which an unanswered task times out."""
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
    """The states; `approved` is the host's state after an approval, and nothing else.

    `answered` is its state after any other answer; without it, the execution fails. `request` is
    the JSONata expression for the request, `timeout` the maximum time to decide.
    """
    seconds = int((timeout + SAFETY_NET).total_seconds())
    states: States = {
        FIRST_STATE: {
            "Type": "Task",
            **JSONATA,
            "Comment": "Requests a review and waits for the answer.",
            "Resource": integration(request_function, "lambda:invoke.waitForTaskToken"),
            "Arguments": {
                "FunctionName": request_function,
                "Payload": {
                    "taskToken": "{% $states.context.Task.Token %}",
                    "executionArn": "{% $states.context.Execution.Id %}",
                    # An expression without a value would fail the execution without a reason.
                    "request": f"{{% $exists({request}) ? {request} : null %}}",
                },
            },
            # The gate answers at the deadline, so these timeouts are a safety net. The heartbeat
            # lets the sweeper check whether the task is still waiting.
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
