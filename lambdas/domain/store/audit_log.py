"""The audit log: every event of a review, in order, read in pages.

Entries are written with PartiQL's INSERT, which fails if the key exists. Roles have no other
permission on the table, so no function can change or delete an entry.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
"""

import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdas.domain.review.events import NO_ACTOR, Actor, Event
from lambdas.domain.review.json_values import kinds, typed
from lambdas.domain.review.requester import SAYS_THE_CALLER
from lambdas.domain.review.review import Review, Way
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.store.conflicts import DEFAULT_RETRIES, RetryPolicy
from lambdas.domain.store.cursors import decode_cursor, encode_cursor, page
from lambdas.domain.store.rows import unreadable, values

if TYPE_CHECKING:
    from typing import Protocol

    from types_boto3_dynamodb import DynamoDBClient

    class About(Protocol):
        """The subject of an event: a review, or another object with its ids."""

        @property
        def review_id(self) -> str:
            """The review's id."""
            ...

        @property
        def execution_arn(self) -> str:
            """The caller's execution."""
            ...


_LOG = logging.getLogger(__name__)
PAGE_LIMIT = 50
"""An entry has at most a few kilobytes, so a page fits into a Lambda response of 6 MB."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An audit entry."""

    at: datetime
    event: str
    """An `Event`, or one of a later version."""
    person: str
    """The actor's name."""
    identity: str
    """How the actor was identified."""
    via: str
    source_address: str
    why: str


class Entries(NamedTuple):
    """A page of entries, oldest first, without unreadable ones."""

    entries: list[Entry]
    next: str
    """The cursor of the next page; empty on the last page."""


class AuditLog:
    """The audit log of one stage."""

    def __init__(
        self, client: "DynamoDBClient", table: str, retries: RetryPolicy = DEFAULT_RETRIES
    ) -> None:
        self._client = client
        self._table = table
        self._retries = retries

    def append(
        self, event: Event, about: "About", at: datetime, by: Actor = NO_ACTOR, why: str = ""
    ) -> None:
        """Append an event that changes no row. One call."""
        entry = self.entry(event, about, at, by, why)
        # The id is unique, so an earlier attempt without a response has appended it.
        with suppress(self._client.exceptions.DuplicateItemException):
            self._retries.write(lambda: self._client.execute_statement(**entry))

    def append_if_possible(
        self, event: Event, about: "About", at: datetime, by: Actor = NO_ACTOR, why: str = ""
    ) -> None:
        """Append an event whose cause must succeed regardless. A failure is logged."""
        try:
            self.append(event, about, at, by, why)
        except AWS_ERRORS as error:
            facts = {"review_id": about.review_id, "error": type(error).__name__}
            _LOG.error(
                "audit.failed", extra={**facts, "event": "audit.failed", "audit_event": event}
            )

    def requested(self, review: Review) -> Any:
        """The statement that appends a review's request: who asked, and how identified."""
        by = Actor(person=review.requested_by)
        why = [f"started by {review.started_by}"] if review.started_by else []
        if review.asker:
            by = Actor(person=review.verified_requester, identity=review.requester_identity)
            claim = f"requested by {review.requested_by}, {SAYS_THE_CALLER}"
            why += [claim] if review.requested_by else []
        elif review.verified_requester:
            why.append(f"verified: {review.verified_requester}")
        return self.entry(Event.REQUESTED, review, review.requested_at, by, "; ".join(why))

    def page(self, review_id: str, after: str = "") -> Entries:
        """A page of a review's entries. One call.

        `after` is the previous page's `next`. Raises `InvalidInput` for any other value.
        """
        place = None
        if after:
            [event_id] = decode_cursor(after, 1)
            place = values({"review_id": review_id, "event_id": event_id})
        rows, last = self._query(review_id, place, PAGE_LIMIT)
        return Entries(_readable(rows), encode_cursor(last, "event_id"))

    def latest(self, review_id: str, number: int) -> tuple[list[Entry], bool]:
        """The latest entries, oldest first, and whether there are earlier ones. One call."""
        rows, _ = self._query(review_id, None, number + 1, ScanIndexForward=False)
        return _readable(rows[:number][::-1]), len(rows) > number

    def _query(
        self, review_id: str, place: Mapping[str, Any] | None, limit: int, **more: Any
    ) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
        return page(
            self._client,
            place,
            TableName=self._table,
            KeyConditionExpression="review_id = :review_id",
            ExpressionAttributeValues=values({":review_id": review_id}),
            Limit=limit,
            **more,
        )

    def entry(
        self, event: Event, about: "About", at: datetime, by: Actor = NO_ACTOR, why: str = ""
    ) -> Any:
        """The statement that appends an event, for use in a transaction."""
        return insert(
            self._table,
            {
                "review_id": about.review_id,
                "event_id": f"{times.to_precise_text(at)}#{secrets.token_hex(4)}",
                "event": event,
                "execution_arn": about.execution_arn,
                "at": times.to_text(at),
                "person": by.shown,
                "identity": _proof(event, by),
                "via": by.via,
                "source_address": by.source_address,
                "why": why,
            },
        )


def insert(table: str, row: Mapping[str, Any]) -> Any:
    """A PartiQL INSERT statement for a row."""
    names = ", ".join(f"'{name}': ?" for name in row)
    return {
        "Statement": f'INSERT INTO "{table}" VALUE {{{names}}}',
        "Parameters": [*values(row).values()],
    }


def _readable(rows: list[dict[str, Any]]) -> list[Entry]:
    return [entry for row in rows if (entry := _read(row))]


def _read(row: Mapping[str, Any]) -> Entry | None:
    """Read an entry. An unreadable one is logged and left out."""
    found: dict[str, Any] = {}
    name = ""
    try:
        for name, kind in kinds(Entry).items():
            found[name] = typed(kind, row[name]["S"])
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        unreadable(row["review_id"]["S"], name, error)
        return None
    return Entry(**found)


def _proof(event: Event, by: Actor) -> str:
    """How the actor was identified."""
    if by.identity:
        return f"verified by AWS: {by.identity}"
    if event is Event.REQUESTED and by.person:
        return SAYS_THE_CALLER
    match by.via:
        case Way.LINK:
            return "by link, identity not verified"
        case Way.SLACK:
            return f"verified by Slack: {by.person}"
        case _:
            return ""
