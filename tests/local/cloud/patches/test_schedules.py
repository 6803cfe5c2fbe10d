"""A schedule calls its function at once and then on time, if its role may, as on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.local_stack import eventually

if TYPE_CHECKING:
    from local.cloud import Cloud
    from tests.local.cloud.patches.functions import Deployer, Function


def every_minute(deploy: Deployer, function: Function, role: str, **inputs: Any) -> str:
    return deploy.create(
        "Schedule",
        scheduleExpression="rate(1 minute)",
        flexibleTimeWindow={"mode": "OFF"},
        target={
            "arn": function.arn,
            "roleArn": role,
            "retryPolicy": {"maximumRetryAttempts": 0.0},
        },
        **inputs,
    ).id


def test_a_rate_calls_its_function_at_once_and_then_at_each_interval(
    deploy: Deployer,
) -> None:
    function = deploy.function()
    role = deploy.role(("lambda:InvokeFunction", function.arn))
    every_minute(deploy, function, role["arn"])

    first, *_ = eventually(function.events, "the first call", seconds=40)
    eventually(lambda: len(function.events()) > 2, "further calls", seconds=40)

    assert (first["source"], first["account"]) == ("aws.scheduler", deploy.aws.number)
    assert first["region"] == deploy.aws.region


def test_a_schedule_needs_its_roles_permission_and_can_be_disabled(
    deploy: Deployer, cloud: Cloud
) -> None:
    closed, disabled, open_one = (deploy.function() for _ in range(3))
    role = deploy.role(
        ("lambda:InvokeFunction", disabled.arn), ("lambda:InvokeFunction", open_one.arn)
    )
    # A function's policy allows services, not roles without permission.
    deploy.allow_calls(closed, "scheduler.amazonaws.com", "arn:aws:scheduler:*:*:*")
    every_minute(deploy, closed, role["arn"])
    every_minute(deploy, disabled, role["arn"], state="DISABLED")
    every_minute(deploy, open_one, role["arn"])

    eventually(open_one.events, "the call")
    eventually(lambda: f"is not allowed to invoke {closed.arn}" in cloud.tail(200), "the refusal")
    assert closed.events() == disabled.events() == []
