"""EventBridge: rules on the event bus, what they call, and schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.created import (
    Created,
    Handler,
    auto_name,
    aws_tags,
    physical_name,
    present,
)
from local.errors import ResourceError

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs

DEFAULT = "default"


def rule(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the rule."""
    inputs.without_effect("forceDestroy")  # everything goes when the cloud stops
    rule_name = physical_name(name, inputs, longest=64)
    bus = inputs.optional_text("eventBusName") or DEFAULT
    arn = account.events.put_rule(
        Name=rule_name,
        EventBusName=bus,
        **present(
            Description=inputs.optional_text("description"),
            EventPattern=inputs.optional_text("eventPattern"),
            RoleArn=inputs.optional_text("roleArn"),
            ScheduleExpression=inputs.optional_text("scheduleExpression"),
            State=inputs.optional_text("state"),
            Tags=aws_tags(inputs),
        ),
    )["RuleArn"]
    outputs = {"arn": arn, "eventBusName": bus, "name": rule_name}
    return Created(rule_name if bus == DEFAULT else f"{bus}/{rule_name}", outputs)


def target(account: Account, name: str, inputs: Inputs) -> Created:
    """Say what a rule calls."""
    inputs.without_effect("forceDestroy")  # everything goes when the cloud stops
    target_id = inputs.optional_text("targetId") or auto_name(name)
    rule_name = inputs.text("rule")
    described: Any = present(
        Id=target_id,
        Arn=inputs.text("arn"),
        RoleArn=inputs.optional_text("roleArn"),
        Input=inputs.optional_text("input"),
        InputPath=inputs.optional_text("inputPath"),
        InputTransformer=_transformer(inputs.optional_block("inputTransformer")),
        RetryPolicy=_retries(inputs.optional_block("retryPolicy")),
        DeadLetterConfig=_dead_letters(inputs.optional_block("deadLetterConfig")),
    )
    bus = inputs.optional_text("eventBusName") or DEFAULT
    answer = account.events.put_targets(Rule=rule_name, EventBusName=bus, Targets=[described])
    if failed := answer["FailedEntries"]:
        raise ResourceError(f"the rule {rule_name} does not take the target: {failed}")
    return Created(f"{rule_name}-{target_id}", {"eventBusName": bus, "targetId": target_id})


def _transformer(block: Inputs | None) -> dict[str, Any] | None:
    if block is None:
        return None
    return {
        "InputPathsMap": block.table("inputPaths"),
        "InputTemplate": block.text("inputTemplate"),
    }


def _retries(block: Inputs | None) -> dict[str, Any] | None:
    if block is None:
        return None
    return present(
        MaximumRetryAttempts=block.optional_whole("maximumRetryAttempts"),
        MaximumEventAgeInSeconds=block.optional_whole("maximumEventAgeInSeconds"),
    )


def _dead_letters(block: Inputs | None) -> dict[str, Any] | None:
    return block and {"Arn": block.text("arn")}


def schedule(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the schedule."""
    schedule_name = physical_name(name, inputs, longest=64)
    group = inputs.optional_text("groupName") or DEFAULT
    window, called = inputs.block("flexibleTimeWindow"), inputs.block("target")
    flexible: Any = present(
        Mode=window.text("mode"),
        MaximumWindowInMinutes=window.optional_whole("maximumWindowInMinutes"),
    )
    described: Any = present(
        Arn=called.text("arn"),
        RoleArn=called.text("roleArn"),
        Input=called.optional_text("input"),
        RetryPolicy=_retries(called.optional_block("retryPolicy")),
        DeadLetterConfig=_dead_letters(called.optional_block("deadLetterConfig")),
    )
    arn = account.scheduler.create_schedule(
        Name=schedule_name,
        GroupName=group,
        ScheduleExpression=inputs.text("scheduleExpression"),
        FlexibleTimeWindow=flexible,
        Target=described,
        **present(
            Description=inputs.optional_text("description"),
            KmsKeyArn=inputs.optional_text("kmsKeyArn"),
            ScheduleExpressionTimezone=inputs.optional_text("scheduleExpressionTimezone"),
            State=inputs.optional_text("state"),
        ),
    )["ScheduleArn"]
    outputs = {"arn": arn, "groupName": group, "name": schedule_name}
    return Created(f"{group}/{schedule_name}", outputs)


HANDLERS: dict[str, Handler] = {
    "aws:cloudwatch/eventRule:EventRule": rule,
    "aws:cloudwatch/eventTarget:EventTarget": target,
    "aws:scheduler/schedule:Schedule": schedule,
}
