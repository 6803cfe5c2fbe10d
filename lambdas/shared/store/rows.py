"""A review as a row of its table, and back, by the types of its fields.

A value that is a string in JSON is stored as that string, any other as JSON text. Attributes that
updates add to are DynamoDB sets and numbers.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, cast

from lambdas.shared.review.plain import kinds, plain, typed, without_none
from lambdas.shared.review.review import Review, short_id

_NOTHING: tuple[Any, ...] = (None, frozenset[str](), (), dict[str, Any](), False)


def row_of(review: Review) -> dict[str, str]:
    """What a new review's row holds: texts, and nothing for what is not known yet."""
    row = {"short_id": short_id(review.review_id)}
    for name, value in vars(review).items():
        if name in _FOREIGN:
            # Whatever it is, even nothing or half a character, it comes back unchanged.
            row[name] = json.dumps(value, separators=(",", ":"))
        elif value not in _NOTHING:
            row[name] = text(value)
    return row


def review_from(row: Mapping[str, Any]) -> Review:
    """Read a row; attributes that a review does not know are left alone."""
    known = _READ.keys() & row.keys()
    return Review(**{name: _READ[name](*row[name].values()) for name in known})


def values(these: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values out as DynamoDB's attribute values."""
    return {name: _value(value) for name, value in these.items()}


def text(value: Any) -> str:
    """Write a value as a row has it."""
    value = plain(value)
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, set):
        return {"SS": sorted(cast("set[str]", value))}
    return {"N": str(value)} if type(value) is int else {"S": text(value)}


def _read(kind: Any, stored: str | list[str]) -> Any:
    return typed(kind, json.loads(stored) if isinstance(stored, str) else stored)


def _reader(kind: Any) -> Callable[[Any], Any]:
    kind = without_none(kind)
    is_text = isinstance(kind, type) and issubclass(kind, str | datetime)
    return partial(typed if is_text else _read, kind)


_READ = {name: _reader(kind) for name, kind in kinds(Review).items()}
_FOREIGN = tuple(name for name, kind in kinds(Review).items() if kind is Any)
"""Fields that hold any JSON of a caller's."""
