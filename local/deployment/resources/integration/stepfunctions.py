"""Step Functions state machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.created import Created, Handler, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def state_machine(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the state machine with its logging and tracing."""
    machine_name = physical_name(name, inputs, longest=80)
    tracing = inputs.optional_block("tracingConfiguration")
    tags = [{"key": key, "value": value} for key, value in sorted(inputs.table("tags").items())]
    arn = account.stepfunctions.create_state_machine(
        name=machine_name,
        definition=inputs.text("definition"),
        roleArn=inputs.text("roleArn"),
        **present(
            type=inputs.optional_text("type"),
            loggingConfiguration=_logging(inputs.optional_block("loggingConfiguration")),
            tracingConfiguration=tracing and {"enabled": tracing.flag("enabled")},
            tags=tags,
        ),
    )["stateMachineArn"]
    return Created(arn, {"arn": arn, "name": machine_name})


def _logging(block: Inputs | None) -> dict[str, Any] | None:
    if block is None:
        return None
    destination = block.optional_text("logDestination")
    return present(
        level=block.text("level"),
        includeExecutionData=block.optional_flag("includeExecutionData"),
        destinations=destination and [{"cloudWatchLogsLogGroup": {"logGroupArn": destination}}],
    )


HANDLERS: dict[str, Handler] = {"aws:sfn/stateMachine:StateMachine": state_machine}
