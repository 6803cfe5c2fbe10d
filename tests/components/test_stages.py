"""The stages are the same program, and differ only in what their files say."""

import re
from typing import Any

import pytest

from tests.components.deployments import STAGES, Deployment, deploy


def test_stages_have_the_same_resources() -> None:
    shapes = [
        {resource.urn.replace(f":{stage}::", ":STAGE::") for resource in deploy(stage).resources}
        for stage in STAGES
    ]
    assert shapes[0] == shapes[1] == shapes[2]


def test_stages_differ_only_in_what_they_should() -> None:
    dev, prod = (
        {resource.name: resource for resource in deploy(stage).resources if resource.custom}
        for stage in ("dev", "prod")
    )
    differing = {
        (resource.type.rsplit(":", 1)[-1], key)
        for name, resource in dev.items()
        for key, value in resource.inputs.items()
        if _differ(value, prod[name].inputs[key])
    }
    assert differing == {
        ("Bucket", "forceDestroy"),
        ("Table", "deletionProtectionEnabled"),
        ("LogGroup", "retentionInDays"),
        ("Function", "environment"),  # the time to decide, the channel
        ("StateMachine", "definition"),  # the same
    }


def _differ(dev: Any, prod: Any) -> bool:
    # The code says the stages' names itself: equal values need no second look.
    return dev != prod and _without_stage(dev, "dev") != _without_stage(prod, "prod")


def _without_stage(value: Any, stage: str) -> str:
    return re.sub(rf"\b{stage}\b", "STAGE", repr(value))


def test_only_dev_s_data_may_be_destroyed(deployment: Deployment, stage: str) -> None:
    kept = stage != "dev"
    for table in deployment.of_type("Table"):
        assert table.inputs["deletionProtectionEnabled"] is kept
    assert deployment.one("Bucket").inputs["forceDestroy"] is not kept
    protected = [item.type.rsplit(":", 1)[-1] for item in deployment.resources if item.protect]
    assert sorted(protected) == (["Bucket", "Table", "Table"] if kept else [])


@pytest.mark.parametrize(("stage", "days"), [("dev", 7), ("uat", 30), ("prod", 365)], ids=STAGES)
def test_every_log_group_keeps_its_logs_as_long_as_the_stage_says(stage: str, days: int) -> None:
    groups = deploy(stage).of_type("LogGroup")
    assert {group.inputs["retentionInDays"] for group in groups} == {days}
