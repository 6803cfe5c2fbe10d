"""What the gate and a machine that hosts it may do to each other: ask, answer, hear of the end."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.reviews.execution_events import ExecutionEvents, ExecutionEventsArgs
from components.settings.stage import Stage

DELIVER_DECISIONS = ("decision_api", "slack_interactions", "sweep_reviews")
FAIL_TASKS = ("report_undelivered", "sweep_reviews")

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
    for what, document, names in (
        ("answer", answers, DELIVER_DECISIONS),
        ("fail", failures, FAIL_TASKS),
    ):
        for function in [name for name in names if name in functions]:
            aws.iam.RolePolicy(
                f"{host}-{function.replace('_', '-')}-{what}-policy",
                role=functions[function].role.name,
                policy=document,
                opts=opts,
            )
    ExecutionEvents(
        f"{host}-execution-events",
        ExecutionEventsArgs(
            stage=stage, state_machine_arn=state_machine_arn, listener=functions["close_review"]
        ),
        opts,
    )
