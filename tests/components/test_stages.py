"""The stages run the same program, and differ only by their files."""

import re
from typing import Any

import pytest

from tests.components.deployments import BUTTONS, STAGES, Deployment, deploy


def shape(stage: str) -> set[str]:
    """The stage's resources."""
    return {it.urn.replace(f":{stage}::", ":STAGE::") for it in deploy(stage, BUTTONS).resources}


def is_of_the_sample(urn: str) -> bool:
    return "generate-dataset" in urn


def test_stages_have_the_same_resources_except_the_sample_which_production_lacks() -> None:
    dev, uat, prod = map(shape, STAGES)
    assert dev == uat
    assert {urn for urn in dev if is_of_the_sample(urn)} == dev - prod != set()
    assert prod < dev


@pytest.mark.parametrize("other", ["uat", "prod"])
def test_stages_differ_only_in_the_expected_inputs(other: str) -> None:
    config = {**BUTTONS, "sampleData": "true"}  # with it, the stages have the same resources
    dev, its = (
        {item.name: item for item in deploy(stage, config).resources if item.custom}
        for stage in ("dev", other)
    )
    differing = {
        (resource.type.rsplit(":", 1)[-1], key)
        for name, resource in dev.items()
        for key, value in resource.inputs.items()
        if _differ(value, its[name].inputs[key], other)
    }
    assert differing == {
        ("Bucket", "forceDestroy"),
        ("Table", "deletionProtectionEnabled"),
        ("LogGroup", "retentionInDays"),
        ("Function", "environment"),  # the time to decide, the channel
        ("StateMachine", "definition"),  # the same
        ("BucketLifecycleConfiguration", "rules"),  # the same
    }


def _differ(dev: Any, its: Any, other: str) -> bool:
    # The code itself contains the stages' names, so equal values are not compared.
    return dev != its and _without_stage(dev, "dev") != _without_stage(its, other)


def _without_stage(value: Any, stage: str) -> str:
    return re.sub(rf"\b{stage}\b", "STAGE", repr(value))


def test_only_data_of_dev_may_be_destroyed(staged: Deployment, stage: str) -> None:
    kept = stage != "dev"
    for table in staged.of_type("Table"):
        data = not table.name.endswith("-notes")  # without them, at worst a message is posted twice
        assert table.inputs["deletionProtectionEnabled"] is (kept and data)
    assert staged.one("Bucket").inputs["forceDestroy"] is not kept
    protected = [item.type.rsplit(":", 1)[-1] for item in staged.resources if item.protect]
    assert sorted(protected) == (["Bucket", "Table", "Table"] if kept else [])


@pytest.mark.parametrize(("stage", "days"), [("dev", 7), ("uat", 30), ("prod", 365)], ids=STAGES)
def test_every_log_group_has_the_stages_retention(stage: str, days: int) -> None:
    groups = deploy(stage, BUTTONS).of_type("LogGroup")
    assert {group.inputs["retentionInDays"] for group in groups} == {days}
