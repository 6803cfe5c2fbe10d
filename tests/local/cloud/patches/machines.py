"""State machines with a waiting task, for tests of executions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.local_stack import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local.cloud.patches.functions import Deployer, Function

TOO_LATE = ["TaskTimedOut"] * 3
WAITING = "arn:aws:states:::lambda:invoke.waitForTaskToken"


class Machine:
    """A machine with one waiting task, and a function that receives its status events."""

    def __init__(self, deploy: Deployer, asked: Function, **definition: Any) -> None:
        self.deploy, self.asked, self.listener = deploy, asked, deploy.function()
        ask = {
            "Type": "Task",
            "Resource": WAITING,
            "Parameters": {"FunctionName": asked.arn, "Payload": {"token.$": "$$.Task.Token"}},
            "TimeoutSeconds": 600,
            "End": True,
        }
        self.arn = deploy.create(
            "StateMachine",
            roleArn=deploy.role()["arn"],
            definition=json.dumps({"StartAt": "Ask", "States": {"Ask": ask}, **definition}),
        ).id
        pattern = {
            "source": ["aws.states"],
            "detail-type": ["Step Functions Execution Status Change"],
            "detail": {"stateMachineArn": [self.arn], "status": [{"anything-but": ["RUNNING"]}]},
        }
        rule = deploy.create("EventRule", eventPattern=json.dumps(pattern)).outputs
        deploy.allow_calls(self.listener, "events.amazonaws.com", str(rule["arn"]))
        deploy.create("EventTarget", rule=rule["name"], arn=self.listener.arn, inputPath="$.detail")
        self.states = deploy.aws.stepfunctions

    def start(self) -> str:
        given = json.dumps({"title": "upload"})
        return self.states.start_execution(stateMachineArn=self.arn, input=given)["executionArn"]

    def token(self) -> str:
        return eventually(self.asked.events, "the question")[-1]["token"]

    def end(self) -> dict[str, Any]:
        """Wait for the status event of the end."""
        (detail,) = eventually(self.listener.events, "the status event")
        return detail

    def described(self, execution: str) -> Any:
        return self.states.describe_execution(executionArn=execution)

    def history(self, execution: str) -> list[str]:
        events = self.states.get_execution_history(executionArn=execution)["events"]
        return [event["type"] for event in events]

    def refusals(self, token: str) -> list[str]:
        """Return the errors of responses with a closed or unknown token."""
        return [
            code(self.states.send_task_success, taskToken=token, output="{}"),
            code(self.states.send_task_failure, taskToken=token, error="No"),
            code(self.states.send_task_heartbeat, taskToken=token),
        ]


def code(send: Callable[..., object], **answer: str) -> str:
    with pytest.raises(ClientError) as refused:
        send(**answer)
    return refused.value.response.get("Error", {}).get("Code", "")
