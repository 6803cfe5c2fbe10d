"""The gate's states as the tests of definitions have them, and what a linter says of a machine."""

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
    """The five states, with functions that have names."""
    return review_states(
        request_function=f"{LAMBDA}request",
        close_function=f"{LAMBDA}close",
        timeout=TIMEOUT,
        approved=approved,
        **changes,
    )


def problems(machine: Mapping[str, Any]) -> list[str]:
    """What the linter finds in a definition, which knows no expression for `TimeoutSeconds`.

    States Language does: https://states-language.net/#task-state
    """
    states = {
        name: {**state, "TimeoutSeconds": 1}
        if str(state.get("TimeoutSeconds", "")).startswith("{%")
        else state
        for name, state in machine["States"].items()
    }
    return Linter.validate({**machine, "States": states})
