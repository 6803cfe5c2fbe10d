"""Executions end once and send one event."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.local.cloud.patches.machines import TOO_LATE, Machine
from tests.local_stack import ROOT, eventually

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer

MANY = 20
# Run in a separate process, since the patch is global: count the waiting threads.
WAITING = f"""
import json, threading
from local.cloud import patches
patches.apply()
from ministack.services import stepfunctions as states

wait = {{"Type": "Wait", "Seconds": 600, "End": True}}
definition = {{"StartAt": "It", "States": {{"It": wait}}, "TimeoutSeconds": 900}}
states._state_machines["machine"] = {{
    "name": "it", "roleArn": "role", "definition": json.dumps(definition)
}}
before = threading.active_count()
for number in range({MANY}):
    states._start_execution({{"stateMachineArn": "machine", "name": str(number)}})
print(threading.active_count() - before)
"""


def test_a_success_event_has_the_output(machine: Machine) -> None:
    execution = machine.start()
    machine.states.send_task_success(taskToken=machine.token(), output='{"answer": "yes"}')

    detail, described = machine.end(), machine.described(execution)
    assert detail["executionArn"] == execution
    assert detail["stateMachineArn"] == machine.arn
    assert detail["name"] == described["name"]
    assert (detail["status"], detail["input"]) == ("SUCCEEDED", '{"title": "upload"}')
    assert json.loads(detail["output"]) == {"answer": "yes"}
    assert (detail["error"], detail["cause"]) == (None, None)
    assert detail["startDate"] == round(described["startDate"].timestamp() * 1000)
    assert detail["stopDate"] == round(described["stopDate"].timestamp() * 1000)


def test_a_failure_event_has_the_error(machine: Machine) -> None:
    machine.start()
    machine.states.send_task_failure(taskToken=machine.token(), error="No", cause="why")

    detail = machine.end()
    assert (detail["status"], detail["error"], detail["cause"]) == ("FAILED", "No", "why")
    assert detail["output"] is None


def test_an_abort_event_has_the_cause(machine: Machine) -> None:
    execution = machine.start()
    machine.token()
    machine.states.stop_execution(executionArn=execution, error="Stopped", cause="by hand")

    detail = machine.end()
    assert (detail["status"], detail["error"]) == ("ABORTED", "Stopped")
    assert detail["cause"] == "by hand"
    assert (detail["redriveStatus"], detail["output"]) == ("REDRIVABLE", None)


def test_an_event_has_awss_envelope(machine: Machine) -> None:
    envelopes = machine.deploy.function()
    (name,) = machine.deploy.aws.events.list_rule_names_by_target(TargetArn=machine.listener.arn)[
        "RuleNames"
    ]
    machine.deploy.create("EventTarget", rule=name, arn=envelopes.arn)
    rule = machine.deploy.aws.events.describe_rule(Name=name)["Arn"]
    machine.deploy.allow_calls(envelopes, "events.amazonaws.com", rule)
    execution = machine.start()
    machine.states.send_task_success(taskToken=machine.token(), output="{}")

    (event,) = eventually(envelopes.events, "the status event")
    assert (event["source"], event["account"]) == ("aws.states", machine.deploy.aws.number)
    assert event["resources"] == [execution]
    assert event["detail-type"] == "Step Functions Execution Status Change"


def test_only_the_execution_past_its_timeout_times_out(deploy: Deployer) -> None:
    other, machine = (Machine(deploy, deploy.function(), TimeoutSeconds=it) for it in (600, 1))
    running, execution = other.start(), machine.start()
    token = machine.token()

    assert machine.end()["status"] == "TIMED_OUT"
    assert machine.described(execution)["status"] == "TIMED_OUT"
    assert machine.history(execution)[-1] == "ExecutionTimedOut"
    assert machine.refusals(token) == TOO_LATE
    assert other.described(running)["status"] == "RUNNING"


def test_an_execution_that_ends_in_time_does_not_time_out(deploy: Deployer) -> None:
    quick, slow = (Machine(deploy, deploy.function(), TimeoutSeconds=5) for _ in range(2))
    execution = quick.start()
    quick.states.send_task_success(taskToken=quick.token(), output="{}")
    quick.end()
    slow.start()

    assert slow.end()["status"] == "TIMED_OUT"  # the other's timeout has passed before
    assert quick.described(execution)["status"] == "SUCCEEDED"
    assert quick.history(execution)[-1] == "ExecutionSucceeded"


def test_a_waiting_execution_uses_one_thread() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WAITING], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert int(answer.stdout) == MANY


def test_a_stopped_execution_stays_stopped(deploy: Deployer) -> None:
    asked = deploy.function()
    ask = {"Type": "Wait", "Seconds": 1, "Next": "Fail"}
    states = {"Ask": ask, "Fail": {"Type": "Fail", "Error": "Late"}}
    stopped, followed = (Machine(deploy, asked, States=states) for _ in range(2))
    execution = stopped.start()
    eventually(lambda: "WaitStateEntered" in stopped.history(execution), "the wait")
    stopped.states.stop_execution(executionArn=execution)
    followed.start()

    assert followed.end()["status"] == "FAILED"  # so the other has ended too
    assert stopped.described(execution)["status"] == "ABORTED"
    assert stopped.history(execution)[-1] == "ExecutionAborted"
    assert [event["status"] for event in stopped.listener.events()] == ["ABORTED"]
