"""Reports executions that failed without a review. Only EventBridge invokes it."""

import pulumi

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.store import ReviewAccess
from components.settings.stage import Stage


def failure_function(
    gate: str, *, stage: Stage, reviews: ReviewAccess, opts: pulumi.ResourceOptions
) -> PythonFunction:
    """The function of the gate with this name."""
    return PythonFunction(
        f"{gate}-report-failure",
        PythonFunctionArgs(
            stage=stage,
            function="report_failure",
            description="Reports executions that failed without a review to the stage's channel",
            timeout_seconds=30,
            environment=reviews.environment,
            grants={
                "table_arn": reviews.store.table_arn,
                **reviews.store.notes_grants,
                "topic_arn": reviews.topic_arn,
            },
        ),
        opts,
    )
