"""Durable functions: configuration, resuming, callbacks, events and permissions."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import contextvars
import json
import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from ministack.core import iam_actions
from ministack.core.responses import error_response_json
from ministack.services import eventbridge, lambda_durable, lambda_svc

API = "/2025-12-01/"
ACTIONS = {
    ("durable-executions", ""): "GetDurableExecution",
    ("durable-executions", "checkpoint"): "CheckpointDurableExecution",
    ("durable-executions", "history"): "GetDurableExecutionHistory",
    ("durable-executions", "state"): "GetDurableExecutionState",
    ("durable-executions", "stop"): "StopDurableExecution",
    ("durable-execution-callbacks", "succeed"): "SendDurableExecutionCallbackSuccess",
    ("durable-execution-callbacks", "fail"): "SendDurableExecutionCallbackFailure",
    ("durable-execution-callbacks", "heartbeat"): "SendDurableExecutionCallbackHeartbeat",
}
CHANGES = {
    "ExecutionStarted",
    "ExecutionSucceeded",
    "ExecutionFailed",
    "ExecutionStopped",
    "ExecutionTimedOut",
}

_build_config = lambda_svc._build_config
_execute_function = lambda_svc._execute_function
_invoke_async = lambda_svc.invoke_async_with_retry
_apply_update = lambda_durable._apply_update
_emit_history_event = lambda_durable._emit_history_event
_resolve_callback = lambda_durable._resolve_callback
_resume_execution = lambda_durable._resume_execution
_lambda_action = iam_actions._lambda_action
_resource_arn = iam_actions.extract_resource_arn

_running: Counter[str] = Counter()
"""Number of running invocations by execution."""


def _configure(name: str, data: Any, code: bytes | None = None) -> Any:
    """Mark functions with a durable configuration, as ministack requires."""
    config: Any = _build_config(name, data, code)
    if "DurableConfig" in config:
        config["DurableConfig"] = {**config["DurableConfig"], "Enabled": True}
    return config


def _execute(function: Any, event: Any) -> Any:
    execution = event.get("DurableExecutionArn") if isinstance(event, dict) else None
    if execution is None:
        return _execute_function(function, event)
    _running[execution] += 1
    try:
        return _execute_function(function, event)
    finally:
        _running[execution] -= 1


def _resume(execution: str, account: str = "000000000000", region: str | None = None) -> None:
    """Resume an execution only after its current invocation, which then reads new results.

    Ministack starts a second invocation in parallel and rejects the first one's checkpoints. A
    result within milliseconds of the request broke the execution.
    """
    if not _running[execution]:
        _resume_execution(execution, account, region)


def _invoke_later(function: Any, event: Any) -> None:
    """Start an execution by an asynchronous call; ministack loses its result."""
    if not isinstance(event, dict) or "InitialExecutionState" not in event:
        _invoke_async(function, event)
        return
    resume = lambda_svc.invoke_durable_resume
    name, execution = function["config"]["FunctionName"], event["DurableExecutionArn"]
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(resume, name, execution, event), daemon=True).start()


def _find_waiting(callback_id: str) -> Any:
    """Close callbacks of ended executions."""
    found: Any = _resolve_callback(callback_id)
    execution, _operation, refused = found
    if refused is None and execution["Status"] != "RUNNING":
        message = "The callback associated with the token has already been closed."
        return None, None, error_response_json("CallbackTimeoutException", message, 400)
    return found


def _update(execution: Any, update: Any) -> None:
    """Treat a callback timeout of 0 as none; ministack times out immediately."""
    options: dict[str, float] = update.get("CallbackOptions") or {}
    times = {name: seconds for name, seconds in options.items() if seconds}
    _apply_update(execution, {**update, "CallbackOptions": times})


def _emit_and_publish(execution: Any, event_type: str, *details: Any, **names: Any) -> None:
    """Publish status changes to the event bus; ministack does not.

    https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html
    """
    _emit_history_event(execution, event_type, *details, **names)
    if event_type not in CHANGES:
        return
    detail = {
        "durableExecutionArn": execution["DurableExecutionArn"],
        "durableExecutionName": execution["DurableExecutionName"],
        "functionArn": f"{execution['FunctionArn']}:{execution['Version']}",
        "status": execution["Status"],
        "startTimestamp": _moment(execution["StartTimestamp"]),
    }
    if execution["EndTimestamp"] is not None:
        detail["endTimestamp"] = _moment(execution["EndTimestamp"])
    entry = {
        "Source": "aws.lambda",
        "DetailType": "Durable Execution Status Change",
        "Detail": json.dumps(detail),
        "Resources": [],
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")


def _action(method: str, path: str) -> str | None:
    """Map requests on durable executions and callbacks to IAM actions; ministack does not.

    https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html
    """
    collection, _, verb = _parts(path)
    return ACTIONS.get((collection, verb)) or _lambda_action(method, path)


def _resource(service: str, method: str, path: str, *request: Any) -> str:
    """Return the durable execution, or the callback's, as the resource of the permission."""
    collection, name, _ = _parts(path)
    if service == "lambda" and collection == "durable-executions":
        return name
    if service == "lambda" and collection == "durable-execution-callbacks":
        return lambda_durable._callback_index.get(name, ("*", ""))[0]
    return _resource_arn(service, method, path, *request)


def _parts(path: str) -> tuple[str, str, str]:
    """Split a path into collection, name (which may contain slashes) and verb."""
    collection, _, rest = unquote(path).removeprefix(API).partition("/")
    name, _, verb = rest.rpartition("/")
    return (collection, name, verb) if (collection, verb) in ACTIONS else (collection, rest, "")


def apply() -> None:
    """Replace the handling of durable functions."""
    lambda_svc._build_config = _configure
    lambda_svc._execute_function = _execute
    lambda_svc.invoke_async_with_retry = _invoke_later
    lambda_durable._resume_execution = _resume
    lambda_durable._resolve_callback = _find_waiting
    lambda_durable._apply_update = _update
    lambda_durable._emit_history_event = _emit_and_publish
    iam_actions._lambda_action = _action
    iam_actions.extract_resource_arn = _resource
