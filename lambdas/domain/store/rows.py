"""Convert reviews to rows and back, by the types of their fields.

A value that is a string in JSON is stored as that string, any other as JSON text. Attributes that
updates add to are DynamoDB maps and numbers.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from lambdas.domain.review.audience import LISTS, names_for
from lambdas.domain.review.errors import UnreadableRow
from lambdas.domain.review.json_values import kinds, plain, typed, without_none
from lambdas.domain.review.request_rules import TITLE_LIMIT
from lambdas.domain.review.review import EXPIRES_AT, Approvals, Refusal, Refusals, Review

_LOG = logging.getLogger(__name__)
_LONGEST = 2000
"""Characters that Slack shows of a link, or of a text in a list."""
REQUESTERS = "requesters"
"""A set of all names of the requester, for the condition of claims."""
_LEFT_OUT = ("asker", "execution_arn", "requested_by_name", "message_ts")
"""Omitted if empty: keys of indexes, which must not be empty, and fields that only notes have."""
_VOTES = "approvals"
"""A map in every row and index, to which approvals are added in place."""
_MEMBERS: dict[Any, Any] = {Approvals: str, Refusals: Refusal}
"""Maps to which updates add, with the type of their values."""
_NOTHING: tuple[Any, ...] = (None, (), dict[str, Any](), False)


def row_of(review: Review) -> dict[str, str | set[str] | Approvals | Refusals]:
    """The row of a new review: mostly strings, without unknown values."""
    row: dict[str, str | set[str] | Approvals | Refusals] = {}
    if names := review.requesters:
        row[REQUESTERS] = {*names}
    for name, value in vars(review).items():
        if isinstance(value, Approvals | Refusals):
            row[name] = value
        elif name in _FOREIGN:
            # Any value is returned unchanged, even null or a lone surrogate.
            row[name] = json.dumps(value, separators=(",", ":"))
        elif value not in _NOTHING and (value or name not in _LEFT_OUT):
            row[name] = text(value)
    return row


def review_from(row: Mapping[str, Any]) -> Review:
    """Read a row, an index item or a projection; unknown attributes are ignored.

    Raises `UnreadableRow` if any attribute is damaged, and logs it for the alarm.
    """
    found: dict[str, Any] = {}
    name = ""
    try:
        for name in _KINDS.keys() & (row.keys() | {_VOTES}):
            found[name] = _read(_KINDS[name], row[name])
        name = ""
        return _checked(Review(**found))
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        unreadable(row.get("review_id", {}).get("S", ""), name, error)
        raise UnreadableRow from None


def unreadable(review_id: str, attribute: str, error: Exception) -> None:
    """Log an unreadable row or audit entry, without its contents.

    An alarm counts these lines.
    """
    facts = {"event": "row.unreadable", "review_id": review_id, "attribute": attribute}
    _LOG.error("row.unreadable", extra={**facts, "error": type(error).__name__})


def values(these: Mapping[str, Any]) -> dict[str, Any]:
    """Convert values to DynamoDB attribute values."""
    return {name: _value(value) for name, value in these.items()}


def only(attributes: Sequence[str]) -> dict[str, Any]:
    """The parameters of a read that returns only these attributes."""
    names = {f"#{name}": name for name in attributes}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}


def expiry(end_time: datetime, keep: timedelta) -> dict[str, int]:
    """The expiry attribute of a row that is kept for `keep` after the review's end."""
    return {EXPIRES_AT: int((end_time + keep).timestamp())}


def text(value: Any) -> str:
    """Convert a value to a row's string."""
    value = plain(value)
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, set):
        return {"SS": sorted(cast("set[str]", value))}
    if isinstance(value, Approvals | Refusals):
        return {"M": values(cast("Mapping[str, Any]", value))}
    if isinstance(value, Refusal):
        return {"M": values(vars(value))}
    return {"N": str(value)} if type(value) is int else {"S": text(value)}


def _read(kind: Any, stored: Mapping[str, Any]) -> Any:
    match stored:
        case {"M": members} if kind in _MEMBERS:
            return kind({key: _read(_MEMBERS[kind], it) for key, it in members.items()})
        case {"M": members} if kind is Refusal:
            return Refusal(**{name: _read(it, members[name]) for name, it in kinds(kind).items()})
        case {"N": number}:
            return typed(kind, json.loads(number))
        case {"S": text} if _is_text(kind):
            return typed(kind, text)
        case {"S": text}:
            return typed(kind, json.loads(text))
        case _:
            raise TypeError


def _is_text(kind: Any) -> bool:
    kind = without_none(kind)
    return isinstance(kind, type) and issubclass(kind, str | datetime)


def _checked(review: Review) -> Review:
    """Check what types cannot express, and what everything that shows reviews relies on."""
    shown = (getattr(review, name) for name in names_for(Review, LISTS))
    links = (review.approval_link, review.rejection_link, *review.links.values())
    decided = review.decision and review.via and review.decided_at and review.decision.status
    if (
        not 0 < len(review.title) <= TITLE_LIMIT
        or any(len(it) > _LONGEST for it in shown if isinstance(it, str))
        or (review.status.is_decided and review.status is not decided)
        or not all(map(_is_link, links))
    ):
        raise ValueError
    return review


def _is_link(text: str) -> bool:
    address = urlsplit(text)
    return address.scheme in ("http", "https") and bool(address.netloc) and len(text) <= _LONGEST


_KINDS = kinds(Review)
_FOREIGN = tuple(name for name, kind in _KINDS.items() if kind is Any)
"""Fields that hold the caller's own JSON."""
