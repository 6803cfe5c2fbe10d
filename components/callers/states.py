"""The review as Amazon States Language: five states to splice into any state machine.

`RequestReview` is the way in. They are written in JSONata, each says so itself, and so they fit
machines of either query language. Everything that the host knows stays as it is, and `review` is
merged into it. An approved execution goes on at the host's own state; the others fail with
`ReviewRejected` or `ReviewExpired`, and with `ReviewNotDelivered` where the request reached nobody,
which none of these states catches. Who asks for `"answer": "always"` goes on with every answer.
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
    request: str = "$states.input.request",
) -> States:
    """The five states; `approved` is the host's state that follows an approval.

    `request` is the JSONata expression for the request, `timeout` the longest that it may wait.
    What silence means is said by `CloseReview`'s function, in the same form as a person's answer.
    """
    return {
        "RequestReview": {
            "Type": "Task",
            **JSONATA,
            "Comment": "Asks people and waits, without running, for the answer or the deadline.",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {
                "FunctionName": request_function,
                "Payload": {
                    "taskToken": "{% $states.context.Task.Token %}",
                    "executionArn": "{% $states.context.Execution.Id %}",
                    "enteredAt": "{% $states.context.State.EnteredTime %}",
                    # An expression without a value would end the execution without a word why.
                    "request": f"{{% $exists({request}) ? {request} : null %}}",
                },
            },
            "TimeoutSeconds": f"{{% {_seconds(request, timeout)} %}}",
            "Output": _with_review("$states.result"),
            "Retry": list(RETRY_LAMBDA_SERVICE),
            # The error itself says nothing more, and would stay in the output.
            "Catch": [
                {
                    "ErrorEquals": ["States.Timeout"],
                    "Output": "{% $states.input %}",
                    "Next": "CloseReview",
                }
            ],
            "Next": "WasApproved",
        },
        "CloseReview": {
            "Type": "Task",
            **JSONATA,
            "Comment": "Nobody decided in time: closes the review and says what silence means.",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {
                "FunctionName": close_function,
                "Payload": {"executionArn": "{% $states.context.Execution.Id %}"},
            },
            "Output": _with_review("$states.result.Payload"),
            "Retry": [*RETRY_LAMBDA_SERVICE, RETRY_CLOSING],
            "Next": "WasApproved",
        },
        "WasApproved": {
            "Type": "Choice",
            **JSONATA,
            "Choices": [
                {
                    "Condition": (
                        "{% $states.input.review.decision = 'approved'"
                        f" or {request}.answer = 'always' %}}"
                    ),
                    "Next": approved,
                },
                {
                    "Condition": "{% $states.input.review.decision = 'expired' %}",
                    "Next": "ReviewExpired",
                },
            ],
            "Default": "ReviewRejected",
        },
        "ReviewRejected": _failed("ReviewRejected"),
        "ReviewExpired": _failed("ReviewExpired"),
    }


def _with_review(answer: str) -> str:
    return f"{{% $merge([$states.input, {{'review': {answer}}}]) %}}"


def _failed(error: str) -> dict[str, Any]:
    return {"Type": "Fail", **JSONATA, "Error": error, "Cause": "{% $states.input.review.reason %}"}


def _seconds(request: str, longest: timedelta) -> str:
    """How long the task waits: what the request says, where that is a duration and not too long.

    Where it is not, the function refuses the request at once, in words.
    """
    most = int(longest.total_seconds())
    return (
        f"($given := {request}.timeout;"
        # `$` would let a line's end pass.
        r" $contains($string($given), /^[1-9][0-9]{0,8}[smhd](?![\s\S])/)"
        " ? $min([$number($substring($given, 0, $length($given) - 1))"
        " * $lookup({'s': 1, 'm': 60, 'h': 3600, 'd': 86400}, $substring($given, -1)),"
        f" {most}]) : {most})"
    )
