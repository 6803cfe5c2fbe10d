"""A task token accepts one response, while its task waits and its execution runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.local.cloud.patches.machines import TOO_LATE, Machine

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer


def test_tokens_of_a_stopped_execution_are_refused(machine: Machine) -> None:
    execution = machine.start()
    token = machine.token()
    machine.states.stop_execution(executionArn=execution)

    assert machine.refusals(token) == TOO_LATE
    assert machine.history(execution)[-1] == "ExecutionAborted"


def test_a_second_answer_is_refused(machine: Machine) -> None:
    machine.start()
    token = machine.token()
    machine.states.send_task_success(taskToken=token, output="1")

    assert machine.refusals(token) == TOO_LATE
    assert machine.end()["output"] == "1"


def test_an_unknown_token_is_refused(machine: Machine) -> None:
    assert machine.refusals("made-up") == ["InvalidToken"] * 3


def test_a_waiting_task_fails_at_once_with_its_function(deploy: Deployer) -> None:
    machine = Machine(deploy, deploy.function("raise NotToday('closed')"))
    machine.start()

    detail = machine.end()
    assert (detail["status"], detail["error"]) == ("FAILED", "NotToday")
    assert json.loads(detail["cause"])["errorMessage"] == "closed"
    assert machine.refusals(machine.token()) == TOO_LATE
