"""The function that closes reviews: those that nobody decided, and those that nothing waits for."""

import pulumi

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.store import ReviewAccess
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules


def close_function(
    gate: str,
    *,
    stage: Stage,
    reviews: ReviewAccess,
    times: TimeRules,
    opts: pulumi.ResourceOptions,
) -> PythonFunction:
    """The function of the gate with this name."""
    return PythonFunction(
        f"{gate}-close-review",
        PythonFunctionArgs(
            stage=stage,
            function="close_review",
            description="Closes reviews that nobody decided, and those that nothing waits for",
            timeout_seconds=30,
            environment={**reviews.environment, "ON_TIMEOUT": times.on_timeout},
            grants=reviews.grants,
        ),
        opts,
    )
