"""Writes meet a transaction, as often as a test asks for."""

# Ministack comes without types, and keeps what it is made of in private names.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb

TABLE = "conflicts"
"""Where there is a table of this name, its rows say how often each write of an `operation` is
refused before it is accepted: `times`. A write that is tried again is known by its content."""

MESSAGE = "Transaction is ongoing for the item"

Write = Callable[..., Any]

_refused: Counter[tuple[str, str, str]] = Counter()


def _refuse(_: Any) -> Any:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#API_UpdateItem_Errors"""
    return dynamodb.error_response_json("TransactionConflictException", MESSAGE, 400)


def _cancel(transaction: Any) -> Any:
    """Cancel a transaction for its first statement.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html#API_ExecuteTransaction_Errors
    """
    others = [{"Code": "None"}] * (len(transaction["TransactStatements"]) - 1)
    reasons = [{"Code": "TransactionConflict", "Message": MESSAGE}, *others]
    codes = ", ".join(it["Code"] for it in reasons)
    said = (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    more = {"CancellationReasons": reasons}
    return dynamodb.error_response_json("TransactionCanceledException", said, 400, more)


def _meets_one(operation: str, request: dict[str, Any]) -> bool:
    table = dynamodb._tables.get(TABLE)
    if not table or operation not in table["items"]:
        return False
    [row] = table["items"][operation].values()
    content = {name: it for name, it in request.items() if name != "ClientRequestToken"}
    write = (table["TableId"], operation, json.dumps(content, sort_keys=True))
    if _refused[write] >= int(row["times"]["N"]):
        return False
    _refused[write] += 1
    return True


def _after(refusal: Write, operation: str, write: Write) -> Write:
    def answer(request: dict[str, Any]) -> Any:
        return refusal(request) if _meets_one(operation, request) else write(request)

    return answer


def apply() -> None:
    """Refuse writes; ministack executes one request after the other, so none meets another."""
    dynamodb._update_item = _after(_refuse, "UpdateItem", dynamodb._update_item)
    dynamodb._execute_statement = _after(_refuse, "ExecuteStatement", dynamodb._execute_statement)
    dynamodb._execute_transaction = _after(
        _cancel, "ExecuteTransaction", dynamodb._execute_transaction
    )
