"""JSONata in timeouts, in outputs of `Succeed`, and in `TestState`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.local.cloud.patches.machines import WAITING, Machine
from tests.local_stack import eventually

if TYPE_CHECKING:
    from local.cloud.account import Account
    from tests.local.cloud.patches.functions import Deployer


def ask(arn: str, timeout: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": WAITING,
        "Arguments": {
            "FunctionName": arn,
            "Payload": {"token": "{% $states.context.Task.Token %}"},
        },
        "TimeoutSeconds": timeout,
        "End": True,
    }


def test_a_timeout_can_be_a_jsonata_expression(deploy: Deployer) -> None:
    asked = deploy.function()
    task = ask(asked.arn, "{% $length($states.input.title) - 5 %}")
    machine = Machine(deploy, asked, States={"Ask": task})
    machine.start()

    assert machine.token()
    assert (machine.end()["status"], machine.end()["error"]) == ("FAILED", "States.Timeout")


def test_a_timeout_that_is_not_a_number_fails_the_execution(deploy: Deployer) -> None:
    asked = deploy.function()
    machine = Machine(deploy, asked, States={"Ask": ask(asked.arn, "{% $states.input.title %}")})
    machine.start()

    end = machine.end()
    assert (end["status"], end["error"]) == ("FAILED", "States.QueryEvaluationError")
    assert "TimeoutSeconds" in end["cause"]
    assert asked.events() == []


def test_the_output_of_a_success_can_be_a_jsonata_expression(machine: Machine) -> None:
    done = {"Type": "Succeed", "QueryLanguage": "JSONata", "Output": "{% $states.input.title %}"}
    described = machine.deploy.create(
        "StateMachine",
        roleArn=machine.deploy.role()["arn"],
        definition=json.dumps({"StartAt": "Done", "States": {"Done": done}}),
    )
    given = json.dumps({"title": "upload"})
    execution = machine.states.start_execution(stateMachineArn=described.id, input=given)
    output = eventually(
        lambda: machine.described(execution["executionArn"]).get("output"), "the end"
    )
    assert output == '"upload"'
    answer: Any = machine.states.test_state(definition=json.dumps(done), input=given)
    assert answer["output"] == '"upload"'


TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "Arguments": {"FunctionName": "f", "Payload": {"of": "{% $states.input.title %}"}},
    "Output": "{% $merge([$states.input, {'answer': $states.result.Payload}]) %}",
    "Retry": [{"ErrorEquals": ["Again"]}],
    "Catch": [
        {"ErrorEquals": ["Late"], "Output": "{% $states.errorOutput.Cause %}", "Next": "Close"}
    ],
    "Next": "Done",
}


@pytest.mark.parametrize(
    ("mock", "expected"),
    [
        (
            {"result": '{"Payload": "yes"}'},
            {
                "status": "SUCCEEDED",
                "nextState": "Done",
                "output": '{"title": "upload", "answer": "yes"}',
            },
        ),
        (
            {"errorOutput": {"error": "Late", "cause": "why"}},
            {"status": "CAUGHT_ERROR", "nextState": "Close", "output": '"why"', "error": "Late"},
        ),
        ({"errorOutput": {"error": "Again", "cause": "why"}}, {"status": "RETRIABLE"}),
        ({"errorOutput": {"error": "No", "cause": "why"}}, {"status": "FAILED", "cause": "why"}),
        (
            {"result": "{}"},  # no Payload, so no output
            {"status": "SUCCEEDED", "output": '{"title": "upload"}'},
        ),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_a_task_can_be_tested_with_a_mocked_result(
    account: Account, mock: Any, expected: dict[str, str], whole: bool
) -> None:
    machine = {"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": TASK}}
    answer: Any = account.stepfunctions.test_state(
        definition=json.dumps(machine if whole else {**TASK, "QueryLanguage": "JSONata"}),
        input='{"title": "upload"}',
        mock=mock,
    )
    assert {name: answer[name] for name in expected} == expected
    arguments = json.loads(answer["inspectionData"]["afterArguments"])
    assert arguments["Payload"] == {"of": "upload"}
