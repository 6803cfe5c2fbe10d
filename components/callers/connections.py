"""Permissions between the gate and its callers: ask, answer, and report the end.

A caller is a state machine that hosts the gate's states, or a durable function.
https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html
"""

from collections.abc import Mapping, Sequence
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

DECIDE = ("decision_api", "operator_api", "slack_interactions")
SWEEP = ("sweep_reviews",)
END = ("report_undelivered",)
"""It ends reviews without a decision, for which the history is never read."""
LONGEST_RULE = 56
"""EventBridge's limit for names of rules and targets, less Pulumi's suffix."""

Functions = Mapping[str, PythonFunction]
"""The gate's functions by folder name."""


@dataclass(frozen=True)
class Connections:
    """The names of a gate's connections. Each is the prefix of its resources' names."""

    gate: str
    _taken: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def take(self, part: str, name: str) -> str:
        """Return the name prefix for one part of the connection: `allow`, `connect` or `report`.

        Raises `WrongNameError` for a name that AWS would reject, or that is in use.
        """
        longest = LONGEST_RULE - len(f"{self.gate}--events")
        check_name("the name of a connection", name, longest)
        if (part, name) in self._taken:
            raise WrongNameError(
                f"the name of a connection must be unique in {self.gate}, got {show(name)} again"
            )
        self._taken.add((part, name))
        return f"{self.gate}-{name}"


def allow(
    name: str, role: aws.iam.Role, asks: PythonFunction, opts: pulumi.ResourceOptions
) -> aws.iam.RolePolicy:
    """Let the role call the function for its form of caller."""
    return aws.iam.RolePolicy(
        f"{name}-caller-policy",
        role=role.name,
        policy=policy.render("caller", request_review_arn=asks.arn),
        opts=opts,
    )


def connect_host(
    name: str,
    state_machine_arn: pulumi.Output[str],
    functions: Functions,
    stage: Stage,
    opts: pulumi.ResourceOptions,
    statuses: Sequence[str],
) -> None:
    """Let the gate answer the machine's tasks, and detect ended executions."""
    machine, executions = state_machine_arn, policy.executions_of(state_machine_arn)
    documents: dict[tuple[str, ...], pulumi.Output[str]] = {
        DECIDE: policy.render("answer_tasks", state_machine_arn=machine, executions_arn=executions),
        SWEEP: policy.render("sweep_tasks", state_machine_arn=machine, executions_arn=executions),
        END: policy.render("end_tasks", state_machine_arn=machine),
    }
    _permit(name, functions, documents, opts)
    ExecutionEvents(
        f"{name}-events",
        ExecutionEventsArgs(
            stage=stage,
            state_machine_arn=state_machine_arn,
            statuses=statuses,
            listener=functions["close_review"],
        ),
        opts,
    )


def connect_function(
    name: str,
    caller: "aws.lambda_.Function",
    functions: Functions,
    stage: Stage,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let the gate answer the durable function, and detect ended executions."""
    documents: dict[tuple[str, ...], pulumi.Output[str]] = {
        DECIDE: policy.render("answer_functions", durable_function_arn=caller.arn),
        SWEEP: policy.render("sweep_functions", durable_function_arn=caller.arn),
        END: policy.render("end_functions", durable_function_arn=caller.arn),
    }
    _permit(name, functions, documents, opts)
    ExecutionEvents(
        f"{name}-events",
        DurableExecutionEventsArgs(
            stage=stage, function_arn=caller.arn, listener=functions["close_review"]
        ),
        opts,
    )


def _permit(
    connection: str,
    functions: Functions,
    documents: Mapping[tuple[str, ...], pulumi.Output[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Attach each document to those of its functions that exist."""
    for names, document in documents.items():
        for name in [name for name in names if name in functions]:
            aws.iam.RolePolicy(
                f"{connection}-{name.replace('_', '-')}-policy",
                role=functions[name].role.name,
                policy=document,
                opts=opts,
            )
