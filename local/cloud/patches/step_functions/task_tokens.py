"""Task tokens: accepted once, while the task is waiting and its execution is running."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import stepfunctions as states

from local.cloud.patches.step_functions.executions import Execution, running

_invoke_with_callback = states._invoke_with_callback
_call_lambda = states._call_lambda

_executions: dict[str, Execution | None] = {}
"""Executions by task token."""
_asking: ContextVar[str] = ContextVar("asking", default="")
"""The task token of this thread's call."""


def _wait(resource: str, given: Any, token: str, state: Any) -> Any:
    _executions[token] = running.get()
    _asking.set(token)
    return _invoke_with_callback(resource, given, token, state)


def _call(function: str, event: Any) -> Any:
    """Fail the task when its function fails; ministack waits for the timeout."""
    try:
        return _call_lambda(function, event)
    except states._ExecutionError as error:
        task = states._task_tokens.get(_asking.get())
        if task and not task["event"].is_set():
            task["error"] = {"Error": error.error, "Cause": error.cause}
            task["event"].set()
        raise


def _answering(send: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Reject results for tasks that are not waiting, as AWS does.

    Ministack accepts a second result before the task has read the first, and results after
    StopExecution.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
    """

    def answer(data: Any) -> Any:
        token = data.get("taskToken")
        task, execution = states._task_tokens.get(token), _executions.get(token)
        if task is None and token not in _executions:
            return error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)
        ended = execution is not None and execution["status"] != "RUNNING"
        if task is None or ended or task["event"].is_set():
            message = "Task Timed Out: 'Provided task does not exist anymore'"
            return error_response_json("TaskTimedOut", message, 400)
        return send(data)

    return answer


def apply() -> None:
    """Replace the handling of task tokens."""
    states._invoke_with_callback = _wait
    states._call_lambda = _call
    states._send_task_success = _answering(states._send_task_success)
    states._send_task_failure = _answering(states._send_task_failure)
    states._send_task_heartbeat = _answering(states._send_task_heartbeat)
