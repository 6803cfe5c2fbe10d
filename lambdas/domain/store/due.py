"""Due reviews: an index of the reviews that are not done, by the time they are due."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

from lambdas.domain.review.review import Status
from lambdas.domain.runtime import times
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.store.rows import unreadable, values

_FIRST_PAUSE = timedelta(minutes=1)
_MAX_PAUSE = timedelta(hours=6)
_MAX_DOUBLINGS = 9


@dataclass(frozen=True, kw_only=True)
class Due:
    """A due review as the index has it. Immutable values are exact, others may lag."""

    review_id: str
    due_at: datetime
    is_pending: bool
    requested_at: datetime
    deadline: datetime
    approvals: int
    """Number of approvals."""
    failures: int
    """Number of failed attempts to process it."""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """Read an item of the index."""
        return cls(
            review_id=row["review_id"]["S"],
            due_at=times.from_text(row["due_at"]["S"]),
            is_pending=row["status"]["S"] == Status.PENDING,
            requested_at=times.from_text(row["requested_at"]["S"]),
            deadline=times.from_text(row["deadline"]["S"]),
            approvals=sum(map(len, row.get("approvals", {}).values())),
            failures=int(row["failures"]["N"]) if "failures" in row else 0,
        )

    def is_past_deadline(self, now: datetime) -> bool:
        """Whether it is pending, but can no longer be decided."""
        return self.is_pending and now >= self.deadline


def due_reviews(store: ReviewStore, stage: str, now: datetime) -> list[Due]:
    """All due reviews, longest due first. One call per 1 MB, about 4,000 reviews.

    The index has only reviews that are not done, sorted by due time, so pending reviews that are
    not due cost nothing.
    """
    pages: Any = store.client.get_paginator("query").paginate(
        TableName=store.table,
        IndexName="by_due",
        KeyConditionExpression="stage = :stage AND due_at <= :now",
        ExpressionAttributeValues=values({":stage": stage, ":now": now}),
    )
    return [due for page in pages for row in page["Items"] if (due := _read(row))]


def _read(row: Mapping[str, Any]) -> Due | None:
    """Read an item. An unreadable one is logged and skipped."""
    try:
        return Due.read(row)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        unreadable(row["review_id"]["S"], "", error)
        return None


def back_off(store: ReviewStore, due: Due, now: datetime) -> None:
    """Delay the next attempt for a review that failed, longer each time. One call.

    A pending review is retried at its deadline at the latest. The row is not read, since it may be
    damaged. A review that is done by now does not change.
    """
    pause = min(_FIRST_PAUSE * 2 ** min(due.failures, _MAX_DOUBLINGS), _MAX_PAUSE)
    next_check = min(now + pause, due.deadline) if now < due.deadline else now + pause
    write = partial(
        store.client.update_item,
        TableName=store.table,
        Key=values({"review_id": due.review_id}),
        UpdateExpression="SET due_at = :next_check, failures = :failures",
        ConditionExpression="attribute_exists(due_at)",
        ExpressionAttributeValues=values(
            {":next_check": next_check, ":failures": due.failures + 1}
        ),
    )
    with suppress(store.client.exceptions.ConditionalCheckFailedException):
        store.retries.write(write)
