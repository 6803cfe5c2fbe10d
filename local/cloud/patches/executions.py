"""An execution has one end: by itself, by StopExecution, or when its own time is up."""

# Ministack comes without types, and keeps what it is made of in private names.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import contextvars
import json
import sys
import threading
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import eventbridge
from ministack.services import stepfunctions as states

Execution = dict[str, Any]

ENDINGS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
REDRIVABLE = {"FAILED", "ABORTED", "TIMED_OUT"}

_run_execution = states._run_execution
_add_event = states._add_event
_put_events = eventbridge._put_events

running: ContextVar[Execution | None] = ContextVar("running", default=None)
"""The execution that this thread runs."""


def _run(execution_arn: str) -> None:
    """An execution that lasts longer than the machine's TimeoutSeconds ends as TIMED_OUT."""
    execution = states._executions[execution_arn]
    running.set(execution)
    machine = states._state_machines[execution["stateMachineArn"]]
    seconds = json.loads(machine["definition"]).get("TimeoutSeconds", threading.TIMEOUT_MAX)
    end = threading.Timer(seconds, contextvars.copy_context().run, (_time_out, execution))
    end.daemon = True
    end.start()
    try:
        _run_execution(execution_arn)
    finally:
        end.cancel()


def _time_out(execution: Execution) -> None:
    if execution["status"] != "RUNNING":
        return
    execution.update(status="TIMED_OUT", stopDate=now_iso())
    states._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
    states._emit_execution_status_event(execution)


def _note(execution: Execution, kind: str, details: Any = None) -> Any:
    """Nothing happens after the end; ministack goes on with a stopped execution's state."""
    events = execution["events"]
    if not events or events[-1]["type"] not in ENDINGS:
        return _add_event(execution, kind, details)
    if running.get() is execution:
        sys.exit()  # this thread only
    return None


def _tell_all(data: Any, allow_aws_source: bool = False) -> Any:
    """A status event says what DescribeExecution says; ministack's has the error of FAILED only.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """
    for entry in data["Entries"] if allow_aws_source else ():
        if entry["Source"] == "aws.states":
            detail = json.loads(entry["Detail"])
            execution = states._executions[detail["executionArn"]]
            detail.update(error=execution.get("error"), cause=execution.get("cause"))
            if detail["status"] in REDRIVABLE:
                detail.update(redriveStatus="REDRIVABLE", redriveStatusReason=None)
            entry["Detail"] = json.dumps(detail)
    return _put_events(data, allow_aws_source)


def apply() -> None:
    """End executions as AWS does."""
    states._run_execution = _run
    states._add_event = _note
    eventbridge._put_events = _tell_all
