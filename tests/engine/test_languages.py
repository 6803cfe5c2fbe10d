"""Programs in other languages create a gate and request reviews from it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.engine.package import clone_into, pretend_to_have_aws
from tests.engine.provider import serving
from tests.engine.provider.living import LivingAccount
from tests.engine.stacks import Stack

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.engine.provider import Provider
    from tests.local_stack import DeployedStage


@pytest.fixture(scope="module")
def account(embedded_stage: DeployedStage) -> LivingAccount:
    return LivingAccount(embedded_stage.cloud_url, embedded_stage.root)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("engine")
    clone_into(home / "clone")
    pretend_to_have_aws(home)
    return home


@pytest.fixture(scope="module", params=["typescript", "yaml"])
def program(
    request: pytest.FixtureRequest, home: Path, provider: Provider, embedded_stage: DeployedStage
) -> Generator[Stack]:
    """An example, installed and deployed according to its instructions."""
    folder = home / "clone" / "examples" / request.param
    with serving(provider) as port:
        stack = Stack(name=request.param, folder=folder, home=home, providers=f"aws:{port}")
        # A YAML program has nothing to install, and the available host of such programs,
        # a Go module, is older than the engine, which calls it anyway.
        package = home / "clone" / "package"
        (replace(stack, folder=package) if stack.name == "yaml" else stack).pulumi("install")
        stack.pulumi("stack", "init", stack.name)
        webhook = f"{embedded_stage.console_url}/services/{embedded_stage.name}"
        stack.on("config", "set", "--secret", "slackWebhookUrl", webhook)
        stack.up()
        yield stack


def test_a_program_requests_a_review_and_receives_the_decision(
    program: Stack, embedded_stage: DeployedStage
) -> None:
    outputs = program.json("stack", "output")
    stage = replace(
        embedded_stage,
        outputs={
            "state_machine_arn": outputs["reviewMachineArn"],
            "approve_url": f"{outputs['decisionApiUrl']}/approve",
        },
    )
    title = f"Promote the model that {program.name} made?"

    execution = stage.start(title=title, context={"model": 7})
    shown = re.search(r"approve\?review=([\w.]+)", str(stage.message_with(title, "review=")))
    assert shown
    stage.post("approve", shown[1], "it is better")

    ended = execution.end()
    assert ended["status"] == "SUCCEEDED"
    assert ended["output"]["decision"] == "approved"
    assert ended["output"]["reason"] == "it is better"
    assert ended["output"]["context"] == {"model": 7}


def test_a_second_update_changes_nothing(program: Stack) -> None:
    assert program.changes() == []


def test_the_state_contains_no_plain_text_secret(
    program: Stack, embedded_stage: DeployedStage
) -> None:
    assert embedded_stage.console_url not in program.on("stack", "export").output
