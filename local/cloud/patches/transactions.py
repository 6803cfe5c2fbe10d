"""Transactions whose cost does not depend on the size of the tables."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from types import SimpleNamespace
from typing import Any

from ministack.services import dynamodb

_set_item = dynamodb._set_item
_remove_item = dynamodb._remove_item
_execute_transaction = dynamodb._execute_transaction


def _set(table: Any, partition: Any, sort: Any, row: Any) -> Any:
    _replace_by_copy(table["items"], partition)
    return _set_item(table, partition, sort, row)


def _remove(table: Any, partition: Any, sort: Any) -> Any:
    _replace_by_copy(table["items"], partition)
    return _remove_item(table, partition, sort)


def _replace_by_copy(rows: dict[Any, dict[Any, Any]], partition: Any) -> None:
    """Replace a partition by a copy before a change, so the old one can be restored.

    Rows need no copy: each write replaces the row object.
    """
    if partition in rows:
        rows[partition] = dict(rows[partition])


def _unchanged(partitions: dict[Any, Any]) -> dict[Any, Any]:
    return partitions


def apply() -> None:
    """Roll transactions back by restoring the changed partitions.

    Ministack deep-copies whole tables first, which blocks all requests while there are many rows.
    """
    code = _execute_transaction.__code__
    if code.co_names.count("copy") != 1:
        raise RuntimeError("ministack has changed: cannot find the rollback of transactions")
    names = tuple("_partitions" if it == "copy" else it for it in code.co_names)
    dynamodb.__dict__["_partitions"] = SimpleNamespace(deepcopy=_unchanged)
    _execute_transaction.__code__ = code.replace(co_names=names)
    dynamodb._set_item = _set
    dynamodb._remove_item = _remove
