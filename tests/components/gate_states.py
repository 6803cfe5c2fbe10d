"""The gate's states for tests of definitions, and a linter for state machines."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from statelint.linter import Linter  # pyright: ignore[reportMissingTypeStubs]

from components.callers.states import States, review_states

LAMBDA = "arn:aws:lambda:eu-central-1:111111111111:function:"
SERVICE_ERRORS = {
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
TIMEOUT = timedelta(hours=2)


def gate_states(approved: str = "PublishDataset", **changes: Any) -> States:
    """The states, with a named function."""
    given: dict[str, Any] = {"timeout": TIMEOUT, **changes}
    return review_states(request_function=f"{LAMBDA}request", approved=approved, **given)


def problems(machine: Mapping[str, Any]) -> list[str]:
    """The linter's findings in a definition."""
    return Linter.validate(dict(machine))
