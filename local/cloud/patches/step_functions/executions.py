"""Ends of executions: each ends once, by itself, by StopExecution or by timeout."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import contextvars
import heapq
import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import eventbridge
from ministack.services import stepfunctions as states

LOG = logging.getLogger("executions")
Execution = dict[str, Any]

ENDINGS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
REDRIVABLE = {"FAILED", "ABORTED", "TIMED_OUT"}

_run_execution = states._run_execution
_add_event = states._add_event
_put_events = eventbridge._put_events

running: ContextVar[Execution | None] = ContextVar("running", default=None)
"""The execution that this thread is running."""


@dataclass(order=True)
class _Deadline:
    """An execution's timeout and its action, which is None once the execution has ended."""

    at: float
    action: Callable[[], None] | None = field(compare=False)


_deadlines: list[_Deadline] = []
"""A heap, next deadline first."""
_earlier = threading.Condition()


def _run(execution_arn: str) -> None:
    """Run an execution; it times out after the machine's TimeoutSeconds."""
    execution = states._executions[execution_arn]
    running.set(execution)
    machine = states._state_machines[execution["stateMachineArn"]]
    seconds = json.loads(machine["definition"]).get("TimeoutSeconds", threading.TIMEOUT_MAX)
    context = contextvars.copy_context()
    deadline = _Deadline(time.monotonic() + seconds, lambda: context.run(_time_out, execution))
    with _earlier:
        heapq.heappush(_deadlines, deadline)
        _earlier.notify()
    try:
        _run_execution(execution_arn)
    finally:
        deadline.action = None


def _watch() -> None:
    """Handle all deadlines in one thread: thousands of executions may be waiting."""
    while True:
        with _earlier:
            while (left := _seconds_left()) > 0:
                _earlier.wait(left)
            action = heapq.heappop(_deadlines).action
        if action is not None:
            try:
                action()
            except Exception:
                LOG.exception("cannot end an execution")


def _seconds_left() -> float:
    left = _deadlines[0].at - time.monotonic() if _deadlines else threading.TIMEOUT_MAX
    return min(left, threading.TIMEOUT_MAX)


def _time_out(execution: Execution) -> None:
    if execution["status"] != "RUNNING":
        return
    execution.update(status="TIMED_OUT", stopDate=now_iso())
    states._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
    states._emit_execution_status_event(execution)


def _add_event_unless_ended(execution: Execution, kind: str, details: Any = None) -> Any:
    """Ignore events after the end; ministack continues a stopped execution's state."""
    events = execution["events"]
    if not events or events[-1]["type"] not in ENDINGS:
        return _add_event(execution, kind, details)
    if running.get() is execution:
        sys.exit()  # this thread only
    return None


def _put_complete_events(data: Any, allow_aws_source: bool = False) -> Any:
    """Complete status events with the fields of DescribeExecution; ministack has few of them.

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
    """Replace the ends of executions."""
    threading.Thread(target=_watch, daemon=True, name="deadlines").start()
    states._run_execution = _run
    states._add_event = _add_event_unless_ended
    eventbridge._put_events = _put_complete_events
