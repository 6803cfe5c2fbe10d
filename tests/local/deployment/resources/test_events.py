"""Rules, targets and schedules are created from their inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.errors import ResourceError
from tests.local.deployment.resources.maker import AS_LIST, TAGS, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping

PATTERN = json.dumps({"source": ["aws.states"], "detail": {"status": ["ABORTED"]}})


def test_a_rule_has_its_pattern_and_its_target(create: Maker, function: Mapping[str, Any]) -> None:
    made = create("EventRule", description="Ends", eventPattern=PATTERN, tags=TAGS)
    rule: dict[str, Any] = {**made.outputs}
    target = create("EventTarget", rule=rule["name"], arn=function["arn"], inputPath="$.detail")
    events = create.aws.events
    found = events.describe_rule(Name=rule["name"])
    assert (found["Arn"], found["State"]) == (rule["arn"], "ENABLED")
    assert (found["EventPattern"], found["Description"]) == (PATTERN, "Ends")
    assert events.list_tags_for_resource(ResourceARN=rule["arn"])["Tags"] == AS_LIST
    assert events.list_targets_by_rule(Rule=rule["name"])["Targets"] == [
        {"Id": target.outputs["targetId"], "Arn": function["arn"], "InputPath": "$.detail"}
    ]


def test_a_pattern_that_aws_refuses_is_refused(create: Maker) -> None:
    with pytest.raises(ResourceError, match="InvalidEventPattern"):
        create("EventRule", eventPattern='{"source": "aws.states"}')


def test_a_schedule_has_its_rate_and_target(
    create: Maker, role: Mapping[str, Any], function: Mapping[str, Any]
) -> None:
    made = create(
        "Schedule",
        description="Looks",
        scheduleExpression="rate(5 minutes)",
        flexibleTimeWindow={"mode": "OFF"},
        state="DISABLED",
        target={
            "arn": function["arn"],
            "roleArn": role["arn"],
            "input": '{"sweep": true}',
            "retryPolicy": {"maximumRetryAttempts": 0.0},
        },
    )
    found = create.aws.scheduler.get_schedule(Name=str(made.outputs["name"]))
    assert made.id == f"default/{made.outputs['name']}"
    assert found["Arn"] == made.outputs["arn"]
    assert (found["ScheduleExpression"], found["State"]) == ("rate(5 minutes)", "DISABLED")
    assert found["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert found["Target"] == {
        "Arn": function["arn"],
        "RoleArn": role["arn"],
        "Input": '{"sweep": true}',
        "RetryPolicy": {"MaximumRetryAttempts": 0},
    }


def test_an_unknown_input_of_a_schedules_target_is_refused_by_name(
    create: Maker, role: Mapping[str, Any], function: Mapping[str, Any]
) -> None:
    with pytest.raises(ResourceError, match=r"the input target\.queueName"):
        create(
            "Schedule",
            scheduleExpression="rate(5 minutes)",
            flexibleTimeWindow={"mode": "OFF"},
            state="DISABLED",
            target={"arn": function["arn"], "roleArn": role["arn"], "queueName": "post"},
        )
