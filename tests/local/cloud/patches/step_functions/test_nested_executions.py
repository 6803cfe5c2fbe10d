"""A task that starts an execution and waits for it: `startExecution.sync`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.errors import ResourceError
from tests.local.cloud.patches.machines import Machine
from tests.local_stack import eventually

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer

RULE = (
    "arn:aws:events:eu-central-1:111111111111:rule/"
    "StepFunctionsGetEventsForStepFunctionsExecutionRule"
)
EVENT_PERMISSIONS = [
    (f"events:{action}", RULE) for action in ("PutTargets", "PutRule", "DescribeRule")
]


class Caller:
    """A machine whose one task is an execution of another machine."""

    def __init__(
        self, child: Machine, *, version: str = ":2", without: str = "", **task: Any
    ) -> None:
        deploy, self.states = child.deploy, child.states
        executions = child.arn.replace(":stateMachine:", ":execution:") + ":*"
        allowed = [
            ("states:StartExecution", child.arn),
            ("states:DescribeExecution", executions),
            ("states:StopExecution", executions),
            *EVENT_PERMISSIONS,
        ]
        role = deploy.role(*(one for one in allowed if one[0] != without))
        wait = {
            "Type": "Task",
            "Resource": f"arn:aws:states:::states:startExecution.sync{version}",
            "Parameters": {"StateMachineArn": child.arn, "Input": {"title": "nested"}},
            "End": True,
            **task,
        }
        self.arn = deploy.create(
            "StateMachine",
            roleArn=role["arn"],
            definition=json.dumps({"StartAt": "Wait", "States": {"Wait": wait}}),
        ).id

    def start(self) -> str:
        return self.states.start_execution(stateMachineArn=self.arn)["executionArn"]

    def end(self, execution: str) -> Any:
        def ended() -> Any:
            described = self.states.describe_execution(executionArn=execution)
            return described if described["status"] != "RUNNING" else None

        return eventually(ended, "the caller's end")


@pytest.mark.parametrize(("version", "spelled"), [(":2", dict), ("", str)])
def test_a_caller_receives_its_childs_description(
    machine: Machine, version: str, spelled: type
) -> None:
    caller = Caller(machine, version=version)
    execution = caller.start()
    machine.states.send_task_success(taskToken=machine.token(), output='{"answer": "yes"}')

    output = json.loads(caller.end(execution)["output"])
    child = machine.end()  # the child is a regular execution
    assert child["status"] == output["Status"] == "SUCCEEDED"
    assert list(output) == sorted(output)
    assert output["ExecutionArn"] == child["executionArn"]
    assert (output["StateMachineArn"], output["Name"]) == (machine.arn, child["name"])
    assert (output["StartDate"], output["StopDate"]) == (child["startDate"], child["stopDate"])
    assert type(output["Input"]) is type(output["Output"]) is spelled
    assert "yes" in str(output["Output"])


def test_a_failed_childs_description_is_the_callers_cause(
    machine: Machine,
) -> None:
    caller = Caller(machine)
    execution = caller.start()
    machine.states.send_task_failure(taskToken=machine.token(), error="No", cause="why")

    end, child = caller.end(execution), machine.end()
    assert (end["status"], end["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(end["cause"])
    assert list(cause) == sorted(cause)
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "No", "why")
    assert cause["ExecutionArn"] == child["executionArn"]
    assert json.loads(cause["Input"]) == {"title": "nested"}
    assert "Output" not in cause


def test_a_stopped_child_fails_its_caller(machine: Machine) -> None:
    caller = Caller(machine)
    execution = caller.start()
    machine.token()
    (child,) = machine.states.list_executions(stateMachineArn=machine.arn)["executions"]
    machine.states.stop_execution(executionArn=child["executionArn"])

    end = caller.end(execution)
    assert (end["status"], end["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(end["cause"])["Status"] == "ABORTED"


def test_a_stopped_caller_stops_its_child(machine: Machine) -> None:
    caller = Caller(machine)
    execution = caller.start()
    token = machine.token()
    caller.states.stop_execution(executionArn=execution, cause="by hand")

    child = machine.end()
    assert child["status"] == "ABORTED"
    assert execution in child["cause"]
    assert machine.refusals(token) == ["TaskTimedOut"] * 3
    assert caller.end(execution)["cause"] == "by hand"


@pytest.mark.parametrize("action", ["StartExecution", "DescribeExecution"])
def test_a_role_without_permission_fails_the_task(machine: Machine, action: str) -> None:
    caller = Caller(machine, without=f"states:{action}")

    end = caller.end(caller.start())
    assert (end["status"], end["error"]) == ("FAILED", "StepFunctions.AccessDeniedException")
    assert f"not authorized to perform: states:{action}" in end["cause"]


def test_a_child_keeps_running_if_the_callers_role_may_not_stop_it(machine: Machine) -> None:
    caller = Caller(machine, without="states:StopExecution")
    execution = caller.start()
    token = machine.token()
    caller.states.stop_execution(executionArn=execution)
    machine.states.send_task_success(taskToken=token, output="{}")

    assert machine.end()["status"] == "SUCCEEDED"


def test_a_sync_machine_requires_a_role_with_event_permissions(
    machine: Machine,
) -> None:
    with pytest.raises(ResourceError, match="is not authorized to create managed-rule"):
        Caller(machine, without="events:PutRule")


def test_an_unknown_machine_fails_the_task_by_name(machine: Machine) -> None:
    caller = Caller(machine)
    machine.states.delete_state_machine(stateMachineArn=machine.arn)

    end = caller.end(caller.start())
    assert end["error"] == "StepFunctions.StateMachineDoesNotExistException"


def test_two_callers_wait_for_children_of_their_own(deploy: Deployer) -> None:
    first, second = (Machine(deploy, deploy.function()) for _ in range(2))
    waiting = [(caller, caller.start()) for caller in (Caller(first), Caller(second))]
    second.states.send_task_success(taskToken=second.token(), output='"second"')
    first.states.send_task_success(taskToken=first.token(), output='"first"')

    outputs = [json.loads(caller.end(execution)["output"]) for caller, execution in waiting]
    assert [output["Output"] for output in outputs] == ["first", "second"]
