"""Tasks that start an execution and wait for it: failures and stopping.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import json
import threading
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import stepfunctions as states

from local.cloud.patches.permissions import role_allows
from local.cloud.patches.step_functions.executions import Execution, running

WAITS = "arn:aws:states:::states:startExecution.sync"
RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
"""The managed rule that notifies Step Functions of ended executions."""
ABORTED = (
    "The Task state in AWS Step Functions execution [{}] which was managing this resource was"
    " aborted"
)

_create_state_machine = states._create_state_machine
_update_state_machine = states._update_state_machine
_emit = states._emit_execution_status_event

_changed = threading.Condition()


def _notify(execution: Execution) -> None:
    """Notify tasks that wait for this execution."""
    _emit(execution)
    with _changed:
        _changed.notify_all()


def _start_and_wait(resource: str, input_: Any) -> Any:
    """Run a child as a normal execution, which stops with its caller.

    In ministack, the child publishes no event, and the caller fails with the child's error.
    """
    request = states._nested_start_execution_request(input_)
    caller = running.get()
    _require(caller, "states:StartExecution", request["stateMachineArn"])
    status, _headers, body = states._start_execution(request)
    answer = json.loads(body)
    if status >= 400:
        error = f"StepFunctions.{answer['__type']}Exception"
        raise states._ExecutionError(error, answer["message"])
    child = states._executions[answer["executionArn"]]
    _require(caller, "states:DescribeExecution", child["executionArn"])
    with _changed:
        _changed.wait_for(lambda: _ended(child) or (caller is not None and _ended(caller)))
    if caller is not None and not _ended(child):
        _require(caller, "states:StopExecution", child["executionArn"])
        cause = ABORTED.format(caller["executionArn"])
        states._stop_execution({"executionArn": child["executionArn"], "cause": cause})
    described = _described(child)
    if child["status"] != "SUCCEEDED":
        raise states._ExecutionError("States.TaskFailed", json.dumps(described))
    if resource.endswith(":2"):
        described |= {name: json.loads(described[name]) for name in ("Input", "Output")}
    return described


def _ended(execution: Execution) -> bool:
    return execution["status"] != "RUNNING"


def _described(child: Execution) -> dict[str, Any]:
    """Return DescribeExecution's response with capitalized names, as in a task's output."""
    succeeded = child["status"] == "SUCCEEDED"
    details = {"Included": True}
    output = {
        "Output": child["output"],
        "OutputDetails": details,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
    }
    failure = {
        **{name.capitalize(): child[name] for name in ("cause", "error") if child.get(name)},
        "RedriveStatus": "REDRIVABLE",
    }
    answer = {
        **(output if succeeded else failure),
        "ExecutionArn": child["executionArn"],
        "Input": child["input"],
        "InputDetails": details,
        "Name": child["name"],
        "RedriveCount": 0,
        "StartDate": states._iso_to_epoch_ms(child["startDate"]),
        "StateMachineArn": child["stateMachineArn"],
        "Status": child["status"],
        "StopDate": states._iso_to_epoch_ms(child["stopDate"]),
    }
    return dict(sorted(answer.items()))


def _require(caller: Execution | None, action: str, resource: str) -> None:
    """Fail the task if the role of the caller's machine lacks a permission."""
    if caller is None:
        return
    role = states._state_machines[caller["stateMachineArn"]]["roleArn"]
    if not role_allows(role, action, resource):
        raise states._ExecutionError(
            "StepFunctions.AccessDeniedException",
            f"{role} is not authorized to perform: {action} on resource: {resource}",
        )


def _checked(make: Any) -> Any:
    """Reject machines that wait for executions if their role cannot create the managed rule."""

    def make_where_allowed(data: Any) -> Any:
        role = data.get("roleArn")
        rule = f"arn:aws:events:{get_region()}:{get_account_id()}:{RULE}"
        needed = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
        waits = role and WAITS in data.get("definition", "")
        if waits and not all(role_allows(role, action, rule) for action in needed):
            message = f"'{role}' is not authorized to create managed-rule."
            return error_response_json("AccessDeniedException", message, 400)
        return make(data)

    return make_where_allowed


def apply() -> None:
    """Replace nested executions."""
    states._invoke_nested_start_execution_sync = _start_and_wait
    states._emit_execution_status_event = _notify
    states._create_state_machine = _checked(_create_state_machine)
    states._update_state_machine = _checked(_update_state_machine)
