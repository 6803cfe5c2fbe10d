"""All stages of the real program on the real engine, in one backend and in one account."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.golden import described
from tests.engine.stacks import PACK, STAGES, clone_into
from tests.golden import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.engine.conftest import Stacks
    from tests.engine.provider import Provider
    from tests.engine.stacks import Stack

GOLDEN = Path(__file__).with_name("golden_files")
# Stateful resources and those referenced by others; renaming one requires an alias.
KEPT = ("Api", "Bucket", "StateMachine", "Table", "Topic")
CHANGING = ("Create", "Update", "Delete")


@pytest.fixture(scope="module")
def deployed(stacks: Stacks) -> Mapping[str, Stack]:
    """Each stage, deployed from its file."""
    made = {name: stacks(name) for name in STAGES}
    for stack in made.values():
        stack.up()
    return made


@pytest.fixture(params=STAGES)
def stack(deployed: Mapping[str, Stack], request: pytest.FixtureRequest) -> Stack:
    return deployed[request.param]


def test_a_stages_resources_match_its_golden_file(stack: Stack, renew: bool) -> None:
    steps = stack.preview()

    assert {step["op"] for step in steps} == {"same"}, "a second update makes changes"
    compare(GOLDEN / f"{stack.name}.yaml", described(steps), renew=renew)


def test_a_stage_complies_with_the_policies(stack: Stack) -> None:
    answer = stack.on("preview", "--policy-pack", str(PACK))

    assert "Policies:" in answer.output
    assert answer.violations() == []
    assert "can't be known" not in answer.output


def test_a_stateful_resource_keeps_its_name_or_has_an_alias(stack: Stack, renew: bool) -> None:
    known = {
        urn.split("::", 2)[-1]
        for resource in stack.resources()
        for urn in (resource["urn"], *resource.get("aliases", ()))
    }
    kept = {urn for urn in known if re.search(rf"aws:\w+/\w+:({'|'.join(KEPT)})::", urn)}
    file = GOLDEN / "kept.txt"
    recorded = set(file.read_text().split()) if file.exists() else set[str]()
    if renew:
        recorded |= kept  # names are never removed
        file.write_text("\n".join(sorted(recorded)) + "\n")
    assert recorded <= known
    assert kept <= recorded, "new resources to keep, run: make golden"


def test_deploying_from_another_clone_changes_nothing(
    deployed: Mapping[str, Stack], provider: Provider, tmp_path: Path
) -> None:
    clone = clone_into(tmp_path / "someone" / "else's clone")
    shutil.copy(deployed["dev"].file, clone)
    for file in clone.rglob("*.py"):
        file.touch()
    elsewhere = replace(deployed["dev"], folder=clone / "lambdas", umask=0o077)
    before = len(provider.called(*CHANGING))

    output = replace(elsewhere, settings=clone / "Pulumi.dev.yaml").up().output

    assert provider.called(*CHANGING)[before:] == [], output


def test_the_outputs_are_known_and_point_into_the_account(stack: Stack) -> None:
    outputs = stack.json("stack", "output")
    assert None not in outputs.values()
    assert outputs["approve_url"] == f"{outputs['decision_api_url']}/approve"
    assert outputs["slack_channel"] == f"#signoff-{stack.name}"
    for name in ("state_machine_arn", "review_topic_arn"):
        _, aws, _, region, account, *_ = outputs[name].split(":")
        assert (aws, region, account) == ("aws", "eu-central-1", "111111111111")


def test_stages_do_not_refer_to_each_other(deployed: Mapping[str, Stack]) -> None:
    states = {name: stack.resources() for name, stack in deployed.items()}
    for name, resources in states.items():
        text = repr(resources)
        for other in set(STAGES) - {name}:
            assert f"urn:pulumi:{other}::" not in text
            assert f"signoff-{other}" not in text
            assert not [id_ for id_ in _physical(states[other]) if id_ in text]


def _physical(resources: list[dict[str, Any]]) -> set[str]:
    """The resources' names and IDs in AWS."""
    return {item["id"] for item in resources if item["type"].startswith("aws:")} | {
        item["inputs"][key]
        for item in resources
        for key in item.get("inputs", {}).get("__defaults", ())
    }
