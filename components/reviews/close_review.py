"""The function that closes reviews of ended executions. Only EventBridge invokes it."""

import pulumi

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.store import ReviewAccess
from components.settings.stage import Stage


def close_function(
    gate: str, *, stage: Stage, reviews: ReviewAccess, opts: pulumi.ResourceOptions
) -> PythonFunction:
    """The function of the gate with this name."""
    return PythonFunction(
        f"{gate}-close-review",
        PythonFunctionArgs(
            stage=stage,
            function="close_review",
            description="Cancels reviews, or announces the result, when their execution has ended",
            timeout_seconds=30,
            environment=reviews.environment,
            grants=reviews.grants,
        ),
        opts,
    )
