"""A stage that the real engine has deployed is alive: a person approves, the workflow goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.cloud.process import running_cloud
from local.slack.console import running_console
from local.slack.workspace.channels import Channel
from tests.engine.provider.living import LivingAccount
from tests.laptop import DeployedStage

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.engine.conftest import Stacks

NUMBER = "111111111111"


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Generator[DeployedStage]:
    """A cloud and a channel for a stage that is not deployed yet."""
    log = tmp_path_factory.mktemp("logs") / "cloud.log"
    channel = Channel("dev", "#signoff-dev")
    with (
        running_cloud(log, "eu-central-1") as cloud,
        running_console([channel], log.with_name("slack.log")) as console_url,
    ):
        cloud.wait()
        yield DeployedStage(
            name="dev",
            account=NUMBER,
            outputs={},
            cloud_url=cloud.url,
            console_url=console_url,
            region="eu-central-1",
            log=log,
        )


@pytest.fixture(scope="module")
def account(somewhere: DeployedStage) -> LivingAccount:
    return LivingAccount(somewhere.cloud_url, NUMBER)


def test_a_review_is_approved(stacks: Stacks, somewhere: DeployedStage) -> None:
    stack = stacks("dev", webhook=f"{somewhere.console_url}/services/dev")
    stack.up()
    stage = replace(somewhere, outputs=stack.json("stack", "output"))

    execution, review_id = stage.ask(rows=500)
    answer = stage.post("approve", review_id, "known customer")

    assert answer.status_code == 200
    ended = execution.end()
    assert ended["status"] == "SUCCEEDED"
    assert ended["output"]["review"]["decision"] == "approved"
    stage.message_with("*Approved*", "known customer")
