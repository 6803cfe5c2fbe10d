"""Injected faults: transaction conflicts, throttling and lost responses."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb, sns
from ministack.services import stepfunctions as states

TABLE = "faults"
"""If this table exists, its rows define faults: how many `times` each call of an `operation` fails
and with which `fault`. Retries are recognized by their content."""
CONFLICT, THROTTLE, LOSE = "conflict", "throttle", "lose"

MESSAGE = "Transaction is ongoing for the item"

Operation = Callable[..., Any]

_done: dict[tuple[str, str], Any] = {}
_failures: Counter[tuple[str, str, str]] = Counter()


def _refuse(_: Any) -> Any:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#API_UpdateItem_Errors"""
    return dynamodb.error_response_json("TransactionConflictException", MESSAGE, 400)


def _cancel(transaction: Any) -> Any:
    """Cancel a transaction because of its first statement.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html#API_ExecuteTransaction_Errors
    """
    others = [{"Code": "None"}] * (len(transaction["TransactStatements"]) - 1)
    reasons = [{"Code": "TransactionConflict", "Message": MESSAGE}, *others]
    codes = ", ".join(it["Code"] for it in reasons)
    message = f"Transaction cancelled, see the cancellation reasons [{codes}]"
    more = {"CancellationReasons": reasons}
    return dynamodb.error_response_json("TransactionCanceledException", message, 400, more)


def _json(code: str, status: int) -> Any:
    return dynamodb.error_response_json(code, "Injected fault.", status)


def _xml(code: str, status: int) -> Any:
    return sns._error(code, "Injected fault.", status)


def _fault_of(operation: str, request: dict[str, Any]) -> str:
    """Return the fault for this call, or an empty string."""
    table = dynamodb._tables.get(TABLE)
    if not table or operation not in table["items"]:
        return ""
    [row] = table["items"][operation].values()
    content = {name: it for name, it in request.items() if name != "ClientRequestToken"}
    call = (table["TableId"], operation, json.dumps(content, sort_keys=True))
    if _failures[call] >= int(row["times"]["N"]):
        return ""
    _failures[call] += 1
    return row["fault"]["S"]


def _key(operation: str, request: dict[str, Any]) -> tuple[str, str]:
    return operation, json.dumps(request, sort_keys=True)


def _with_faults(
    conflict: Operation, error: Operation, operation: str, act: Operation
) -> Operation:
    def answer(request: dict[str, Any]) -> Any:
        match _fault_of(operation, request):
            case "":
                # A transaction with a known token is not executed again.
                done = _done.get(_key(operation, request))
                return done if done and "ClientRequestToken" in request else act(request)
            case "conflict":
                return conflict(request)
            case "throttle":
                return error("ThrottlingException", 400)
            case _:
                _done[_key(operation, request)] = act(request)
                return error("InternalServerError", 500)

    return answer


def apply() -> None:
    """Wrap the operations; ministack handles calls one at a time."""
    dynamodb._update_item = _with_faults(_refuse, _json, "UpdateItem", dynamodb._update_item)
    dynamodb._execute_statement = _with_faults(
        _refuse, _json, "ExecuteStatement", dynamodb._execute_statement
    )
    dynamodb._execute_transaction = _with_faults(
        _cancel, _json, "ExecuteTransaction", dynamodb._execute_transaction
    )
    states._send_task_success = _with_faults(
        _refuse, _json, "SendTaskSuccess", states._send_task_success
    )
    sns._publish = _with_faults(_refuse, _xml, "Publish", sns._publish)
