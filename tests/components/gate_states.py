"""The gate's states as the tests of definitions have them, and what only Lambda itself raises."""

from datetime import timedelta

from components.reviews.states import States, review_states

LAMBDA = "arn:aws:lambda:eu-central-1:111111111111:function:"
SERVICE_ERRORS = {
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
TIMEOUT = timedelta(hours=2)


def gate_states(approved: str = "PublishDataset", threshold: float | None = 0.06) -> States:
    """The five states, with functions that have names."""
    return review_states(
        request_function=f"{LAMBDA}request",
        close_function=f"{LAMBDA}close",
        timeout=TIMEOUT,
        approved=approved,
        threshold=threshold,
    )
