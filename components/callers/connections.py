"""What the gate and its callers may do to each other: ask, answer, hear of the end.

A caller is a state machine that hosts the gate's states, or a durable function.
https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.callers.execution_events import (
    DurableExecutionEventsArgs,
    ExecutionEvents,
    ExecutionEventsArgs,
)
from components.functions import policy
from components.functions.python_function import PythonFunction
from components.settings.names import WrongNameError, check_name
from components.settings.rules import show
from components.settings.stage import Stage

DELIVER_DECISIONS = ("decision_api", "operator_api", "slack_interactions", "sweep_reviews")
FAIL_TASKS = ("operator_api", "report_undelivered", "sweep_reviews")
LET_FUNCTIONS_GO = ("report_undelivered",)
LONGEST_RULE = 56
"""Characters that EventBridge takes for a rule's name, or a target's, less Pulumi's suffix."""

Functions = Mapping[str, PythonFunction]
"""Those of the gate, by the names of their folders."""


@dataclass(frozen=True)
class Connections:
    """The names of a gate's connections: each begins the names of what it consists of."""

    gate: str
    _taken: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def take(self, half: str, name: str) -> str:
        """Return what the names of one half of the connection begin with: `allow` or `connect`.

        Raises `WrongNameError` for a name that AWS would reject, or that is taken.
        """
        longest = LONGEST_RULE - len(f"{self.gate}--events")
        check_name("the name of a connection", name, longest)
        if (half, name) in self._taken:
            raise WrongNameError(
                f"the name of a connection must be unique in {self.gate}, got {show(name)} again"
            )
        self._taken.add((half, name))
        return f"{self.gate}-{name}"


def allow_host(
    name: str, role: aws.iam.Role, functions: Functions, opts: pulumi.ResourceOptions
) -> aws.iam.RolePolicy:
    """Let the machine's role call the gate. `name` is the connection's, after its gate's."""
    return aws.iam.RolePolicy(
        f"{name}-host-policy",
        role=role.name,
        policy=policy.render(
            "host",
            request_review_arn=functions["request_review"].arn,
            close_review_arn=functions["close_review"].arn,
        ),
        opts=opts,
    )


def connect_host(
    name: str,
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
    _permit(functions, DELIVER_DECISIONS, f"{name}-{{}}-answer-policy", answers, opts)
    _permit(functions, FAIL_TASKS, f"{name}-{{}}-fail-policy", failures, opts)
    ExecutionEvents(
        f"{name}-events",
        ExecutionEventsArgs(
            stage=stage, state_machine_arn=state_machine_arn, listener=functions["close_review"]
        ),
        opts,
    )


def allow_function(
    name: str, role: aws.iam.Role, functions: Functions, opts: pulumi.ResourceOptions
) -> aws.iam.RolePolicy:
    """Let a durable function's role ask the gate."""
    return aws.iam.RolePolicy(
        f"{name}-caller-policy",
        role=role.name,
        policy=policy.render("caller", request_review_arn=functions["request_review"].arn),
        opts=opts,
    )


def connect_function(
    name: str,
    caller: "aws.lambda_.Function",
    functions: Functions,
    stage: Stage,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let the gate answer the durable function, and learn how its executions end."""
    answers = policy.render("answer_functions", durable_function_arn=caller.arn)
    failures = policy.render("let_functions_go", durable_function_arn=caller.arn)
    _permit(functions, DELIVER_DECISIONS, f"{name}-{{}}-answer-policy", answers, opts)
    _permit(functions, LET_FUNCTIONS_GO, f"{name}-{{}}-fail-policy", failures, opts)
    ExecutionEvents(
        f"{name}-events",
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
