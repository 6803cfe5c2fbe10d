"""A transaction costs what its statements touch, however many rows its tables have."""

# Ministack comes without types, and keeps what it is made of in private names.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from types import SimpleNamespace
from typing import Any

from ministack.services import dynamodb

_set_item = dynamodb._set_item
_remove_item = dynamodb._remove_item
_execute_transaction = dynamodb._execute_transaction


def _set(table: Any, partition: Any, sort: Any, row: Any) -> Any:
    _renew(table["items"], partition)
    return _set_item(table, partition, sort, row)


def _remove(table: Any, partition: Any, sort: Any) -> Any:
    _renew(table["items"], partition)
    return _remove_item(table, partition, sort)


def _renew(rows: dict[Any, dict[Any, Any]], partition: Any) -> None:
    """Put a copy of a partition into its place, before it changes: who holds the old one keeps it.

    The rows in it need no copy, since each write puts another row into the place of the old one.
    """
    if partition in rows:
        rows[partition] = dict(rows[partition])


def _as_they_stand(partitions: dict[Any, Any]) -> dict[Any, Any]:
    return partitions


def apply() -> None:
    """Take transactions back by what they changed.

    Ministack copies each value of each row first, in case a transaction fails: where a thousand
    reviews wait, nobody is answered meanwhile.
    """
    code = _execute_transaction.__code__
    if code.co_names.count("copy") != 1:
        raise RuntimeError("ministack has changed: how does it take a transaction back?")
    names = tuple("_partitions" if it == "copy" else it for it in code.co_names)
    dynamodb.__dict__["_partitions"] = SimpleNamespace(deepcopy=_as_they_stand)
    _execute_transaction.__code__ = code.replace(co_names=names)
    dynamodb._set_item = _set
    dynamodb._remove_item = _remove
