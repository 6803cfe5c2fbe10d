"""What the gate and its callers may do to each other: ask, answer, hear of the end.

A caller is a state machine that hosts the gate's states, or a durable function.
https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html
"""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.callers.execution_events import (
    DurableExecutionEventsArgs,
    ExecutionEvents,
    ExecutionEventsArgs,
)
from components.functions import policy
from components.functions.python_function import PythonFunction
from components.settings.stage import Stage

DELIVER_DECISIONS = ("decision_api", "operator_api", "slack_interactions", "sweep_reviews")
FAIL_TASKS = ("operator_api", "report_undelivered", "sweep_reviews")
LET_FUNCTIONS_GO = ("report_undelivered",)

Functions = Mapping[str, PythonFunction]
"""Those of the gate, by the names of their folders."""


def allow_host(
    host: str, role: aws.iam.Role, functions: Functions, opts: pulumi.ResourceOptions
) -> aws.iam.RolePolicy:
    """Let the machine's role call the gate. What is made here is named after `host`."""
    return aws.iam.RolePolicy(
        f"{host}-host-policy",
        role=role.name,
        policy=policy.render(
            "host",
            request_review_arn=functions["request_review"].arn,
            close_review_arn=functions["close_review"].arn,
        ),
        opts=opts,
    )


def connect_host(
    host: str,
    state_machine_arn: pulumi.Output[str],
    functions: Functions,
    stage: Stage,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let the gate answer the machine's tasks, and hear how its executions end."""
    answers = policy.render(
        "answer_executions",
        state_machine_arn=state_machine_arn,
        executions_arn=policy.executions_of(state_machine_arn),
    )
    failures = policy.render("fail_executions", state_machine_arn=state_machine_arn)
    _permit(functions, DELIVER_DECISIONS, f"{host}-{{}}-answer-policy", answers, opts)
    _permit(functions, FAIL_TASKS, f"{host}-{{}}-fail-policy", failures, opts)
    ExecutionEvents(
        f"{host}-execution-events",
        ExecutionEventsArgs(
            stage=stage, state_machine_arn=state_machine_arn, listener=functions["close_review"]
        ),
        opts,
    )


def allow_function(
    gate: str, role: aws.iam.Role, functions: Functions, opts: pulumi.ResourceOptions
) -> aws.iam.RolePolicy:
    """Let a durable function's role ask the gate of this name."""
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
    """Let the gate of this name answer the durable function, and hear how its executions end."""
    own = f"{gate}-{caller.pulumi_resource_name}"
    answers = policy.render("answer_functions", durable_function_arn=caller.arn)
    failures = policy.render("let_functions_go", durable_function_arn=caller.arn)
    _permit(functions, DELIVER_DECISIONS, f"{own}-{{}}-policy", answers, opts)
    _permit(functions, LET_FUNCTIONS_GO, f"{own}-{{}}-policy", failures, opts)
    ExecutionEvents(
        f"{own}-events",
        DurableExecutionEventsArgs(
            stage=stage, function_arn=caller.arn, listener=functions["close_review"]
        ),
        opts,
    )


def _permit(
    functions: Functions,
    names: tuple[str, ...],
    resource: str,
    document: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """Give the document to those of these functions that there are."""
    for name in [name for name in names if name in functions]:
        aws.iam.RolePolicy(
            resource.format(name.replace("_", "-")),
            role=functions[name].role.name,
            policy=document,
            opts=opts,
        )
