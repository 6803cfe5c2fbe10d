"""A review as a row of its table, and back: texts, of which those with a shape are JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any, cast

from lambdas.shared.review.request import Evidence, Gauge, Kind, Preview, Question
from lambdas.shared.review.review import Outcome, Review, Status, Way, short_id
from lambdas.shared.runtime import times

_NOTHING: tuple[Any, ...] = (None, frozenset[str](), (), dict[str, Any](), False)


def row_of(review: Review) -> dict[str, str]:
    """What a new review's row holds: texts, and nothing for what is not known yet."""
    known = asdict(review)
    # Whatever it is, even nothing or half a character, it comes back unchanged.
    context = json.dumps(known.pop("context"), separators=(",", ":"))
    row = {name: text(value) for name, value in known.items() if value not in _NOTHING}
    return {**row, "context": context, "short_id": short_id(review.review_id)}


def review_from(row: Mapping[str, Any]) -> Review:
    """Read a row; attributes that a review does not know are left alone."""
    known = {field.name for field in fields(Review)} & row.keys()
    return Review(**{name: _READ.get(name, str)(*row[name].values()) for name in known})


def values(these: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values out as DynamoDB's attribute values."""
    return {name: _value(value) for name, value in these.items()}


def text(value: Any) -> str:
    """Write a value as a row has it."""
    match value:
        case datetime():
            return times.to_text(value)
        case timedelta():
            return str(int(value.total_seconds()))
        case str():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, set):
        return {"SS": sorted(cast("set[str]", value))}
    return {"N": str(value)} if type(value) is int else {"S": text(value)}


def _gauge(text: str) -> Gauge:
    return Gauge(**json.loads(text))


def _evidence(text: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(**file) for file in json.loads(text))


def _preview(text: str) -> Preview:
    given = json.loads(text)
    return Preview(columns=tuple(given["columns"]), rows=tuple(map(tuple, given["rows"])))


def _questions(text: str) -> tuple[Question, ...]:
    given: list[dict[str, Any]] = json.loads(text)
    for question in given:
        question.update(kind=Kind(question["kind"]), choices=tuple(question["choices"]))
    return tuple(Question(**question) for question in given)


def _duration(text: str) -> timedelta:
    return timedelta(seconds=int(text))


_READ: dict[str, Callable[[str], Any]] = {
    "facts": json.loads,
    "gauge": _gauge,
    "evidence": _evidence,
    "preview": _preview,
    "links": json.loads,
    "questions": _questions,
    "timeout": _duration,
    "context": json.loads,
    "always": json.loads,
    "answers": json.loads,
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
    "status": Status,
    "decision": Outcome,
    "via": Way,
    "approvals": frozenset,
}
