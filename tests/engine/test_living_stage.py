"""A stage deployed by the real engine works: the workflow continues after an approval."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.engine.provider.living import LivingAccount

if TYPE_CHECKING:
    from tests.engine.conftest import Stacks
    from tests.local_stack import DeployedStage


@pytest.fixture(scope="module")
def account(embedded_stage: DeployedStage) -> LivingAccount:
    return LivingAccount(embedded_stage.cloud_url, embedded_stage.root)


def test_a_review_is_approved(stacks: Stacks, embedded_stage: DeployedStage) -> None:
    stack = stacks("dev", webhook=f"{embedded_stage.console_url}/services/dev")
    stack.up()
    stage = replace(embedded_stage, outputs=stack.json("stack", "output"))

    execution, review_id = stage.ask(rows=500)
    answer = stage.post("approve", review_id, "known customer")

    assert answer.status_code == 200
    ended = execution.end()
    assert ended["status"] == "SUCCEEDED"
    assert ended["output"]["review"]["decision"] == "approved"
    stage.message_with("*Approved*", "known customer")
