"""What the gate and a durable function that waits may do to each other: ask, answer, hear it end.

https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html
"""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.reviews.execution_events import DurableExecutionEventsArgs, ExecutionEvents
from components.settings.stage import Stage

DELIVER_DECISIONS = ("decision_api", "slack_interactions", "sweep_reviews")
LET_GO = ("report_undelivered",)

Functions = Mapping[str, PythonFunction]
"""Those of the gate, by the names of their folders."""


def allow_caller(
    gate: str, role: aws.iam.Role, functions: Functions, opts: pulumi.ResourceOptions
) -> aws.iam.RolePolicy:
    """Let the function's role ask the gate of this name."""
    return aws.iam.RolePolicy(
        f"{gate}-{role.pulumi_resource_name}-caller-policy",
        role=role.name,
        policy=policy.render("caller", request_review_arn=functions["request_review"].arn),
        opts=opts,
    )


def connect_function(
    gate: str,
    caller: "aws.lambda_.Function",
    functions: Functions,
    stage: Stage,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let the gate of this name answer the function, and hear how its executions end."""
    own = f"{gate}-{caller.pulumi_resource_name}"
    for document, names in (("answer_functions", DELIVER_DECISIONS), ("let_functions_go", LET_GO)):
        for function in [name for name in names if name in functions]:
            aws.iam.RolePolicy(
                f"{own}-{function.replace('_', '-')}-policy",
                role=functions[function].role.name,
                policy=policy.render(document, durable_function_arn=caller.arn),
                opts=opts,
            )
    ExecutionEvents(
        f"{own}-events",
        DurableExecutionEventsArgs(
            stage=stage, function_arn=caller.arn, listener=functions["close_review"]
        ),
        opts,
    )
