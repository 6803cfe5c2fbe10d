"""A review as a row of its table, and back."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, cast

from lambdas.shared.review.review import Outcome, Review, Status, Way
from lambdas.shared.runtime import times


def row_of(review: Review) -> dict[str, str]:
    """What a new review's row holds: texts, and nothing for what is not known yet."""
    return {
        name: text(value)
        for name, value in asdict(review).items()
        if value not in (None, frozenset())
    }


def review_from(row: Mapping[str, Any]) -> Review:
    """Read a row; attributes that a review does not know are left alone."""
    known = {field.name for field in fields(Review)} & row.keys()
    return Review(**{name: _READ.get(name, str)(*row[name].values()) for name in known})


def values(these: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values out as DynamoDB's attribute values."""
    return {name: _value(value) for name, value in these.items()}


def text(value: Any) -> str:
    """Write a value as a row has it."""
    return times.to_text(value) if isinstance(value, datetime) else str(value)


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, set):
        return {"SS": sorted(cast("set[str]", value))}
    return {"N": str(value)} if type(value) is int else {"S": text(value)}


_READ: dict[str, Callable[[str], Any]] = {
    "requested_at": times.from_text,
    "deadline": times.from_text,
    "decided_at": times.from_text,
    "delivered_at": times.from_text,
    "due_at": times.from_text,
    "reminded_at": times.from_text,
    "escalating_at": times.from_text,
    "escalated_at": times.from_text,
    "ended_at": times.from_text,
    "opened": int,
    "last_opened_at": times.from_text,
    "refused": int,
    "rows": int,
    "flagged_rows": int,
    "flagged_share": float,
    "threshold": float,
    "always": "True".__eq__,
    "status": Status,
    "decision": Outcome,
    "via": Way,
    "approvals": frozenset,
}
