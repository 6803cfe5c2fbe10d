"""Removes delays that AWS does not have."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import queue
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import stepfunctions as states

SECONDS_BEFORE_A_START = 0.15
SECONDS_FOR_A_LOST_END = 0.25  # ministack's own limit
END = "\x00 the end of this invocation's log"
HANDLER = "handler_fn = getattr(mod, handler_name)"
MARKING = """
import sys

def _and_mark_the_end(handler):
    def handle(event, context):
        try:
            return handler(event, context)
        finally:
            print({end!r}, file=sys.__stderr__, flush=True)
    return handle

"""

_run_execution = states._run_execution
_drain = lambda_runtime.Worker._drain_stderr_bounded


def _log_of_the_invocation(self: Any, *waits: float, **named_waits: float) -> str:
    """Read the log up to the mark; ministack waits 50 ms for more output."""
    if not str(self.config.get("Runtime")).startswith("python"):
        return _drain(self, *waits, **named_waits)
    lines: list[str] = []
    end = time.monotonic() + SECONDS_FOR_A_LOST_END  # killed processes write no mark
    try:
        while (line := self._stderr_queue.get(timeout=max(0, end - time.monotonic()))) != END:
            lines.append(line)
    except queue.Empty:
        pass
    return "\n".join(lines)


def _mark_ends(script: str) -> str:
    """Make the worker mark the end of each invocation's log."""
    if script.count(HANDLER) != 1:
        raise RuntimeError("ministack's worker has changed: cannot find the handler lookup")
    found = HANDLER.removeprefix("handler_fn = ")
    marked = script.replace(HANDLER, f"handler_fn = _and_mark_the_end({found})")
    return MARKING.format(end=END) + marked


def _start_immediately() -> None:
    """Start executions immediately; ministack sleeps first."""
    code = _run_execution.__code__
    if code.co_consts.count(SECONDS_BEFORE_A_START) != 1:
        raise RuntimeError("ministack has changed: cannot find the delay before an execution")
    waits = tuple(0 if it == SECONDS_BEFORE_A_START else it for it in code.co_consts)
    _run_execution.__code__ = code.replace(co_consts=waits)


def apply() -> None:
    """Remove the delays."""
    _start_immediately()
    lambda_runtime._PYTHON_WORKER_SCRIPT = _mark_ends(lambda_runtime._PYTHON_WORKER_SCRIPT)
    lambda_runtime.Worker._drain_stderr_bounded = _log_of_the_invocation
