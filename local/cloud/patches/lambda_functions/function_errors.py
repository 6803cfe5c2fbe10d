"""Errors of functions are named after the exception's class."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.services import lambda_svc

_execute = lambda_svc._execute_function_warm


def _execute_and_name(function: Any, event: Any, request_id: str) -> dict[str, Any]:
    """Read the name from the traceback; ministack uses `Runtime.HandlerError` for all errors.

    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    """
    result: dict[str, Any] = _execute(function, event, request_id)
    body: Any = result.get("body")
    if result.get("error") and body.get("errorType") == "Runtime.HandlerError":
        # A traceback ends with `module.Class: message` or `module.Class`.
        line = result["log"].rstrip().removesuffix(body["errorMessage"].rstrip())
        name = line.rsplit("\n", 1)[-1].removesuffix(": ").rsplit(".", 1)[-1]
        if name.isidentifier():
            body["errorType"] = name
    return result


def apply() -> None:
    """Replace the names of errors."""
    lambda_svc._execute_function_warm = _execute_and_name
