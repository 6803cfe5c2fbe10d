"""The workflow around the gate, deployed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pulumi

from components.callers.state_machine import StateMachine, StateMachineArgs
from components.review_gate import ReviewGate
from components.settings.stage import Stage
from components.workflow.definition import definition, longest_execution
from components.workflow.functions import WorkflowFunctions

_CONNECTION = "dataset"
"""Its requester is `workflow dataset`."""


def publishing_workflow(
    flow: str,
    *,
    stage: Stage,
    functions: WorkflowFunctions,
    gate: ReviewGate,
    threshold: float,
    review_timeout: timedelta,
    opts: pulumi.ResourceOptions,
) -> StateMachine:
    """The workflow of the flow with this name, as a verified host of the gate."""

    def assembled(known: Mapping[str, Any]) -> dict[str, Any]:
        return definition(**known, threshold=threshold, review_timeout=review_timeout)

    machine = StateMachine(
        f"{flow}-workflow",
        StateMachineArgs(
            stage=stage,
            description="Permissions of the workflow",
            policy="state_machine",
            grants={
                "function_arns": pulumi.Output.all(*(it.arn for it in functions.by_name.values()))
            },
            allow=lambda role: gate.allow_host(_CONNECTION, role, verified=True),
            definition=pulumi.Output.all(
                check_function=functions.check.arn,
                publish_function=functions.publish.arn,
                generate_function=functions.generate.arn if functions.generate else None,
                gate_states=gate.states(approved="PublishDataset", verified=_CONNECTION),
            ).apply(assembled),
            longest_execution=longest_execution(review_timeout),
        ),
        opts,
    )
    gate.connect_to(_CONNECTION, machine.arn)
    gate.report_failures(_CONNECTION, machine.arn)
    return machine
