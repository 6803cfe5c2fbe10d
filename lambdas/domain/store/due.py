"""What the sweeper has to look at: an index of the reviews that are not done, by when."""

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
_LONGEST_PAUSE = timedelta(hours=6)
_MOST_DOUBLED = 9


@dataclass(frozen=True, kw_only=True)
class Due:
    """A review that is due, as the index has it. What never changes is exact, the rest may lag."""

    review_id: str
    due_at: datetime
    is_pending: bool
    requested_at: datetime
    deadline: datetime
    approvals: int
    """How many have approved."""
    failures: int
    """How often it could not be looked at."""

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
        """Whether it is pending although nobody can decide it any more."""
        return self.is_pending and now >= self.deadline


def due_reviews(store: ReviewStore, stage: str, now: datetime) -> list[Due]:
    """What is due, longest first: one call for each 1 MB of it, some 4,000 reviews.

    The index holds no review that is done, and the rest in the order in which they are due, so
    reviews that only wait cost nothing.
    """
    pages: Any = store.client.get_paginator("query").paginate(
        TableName=store.table,
        IndexName="by_due",
        KeyConditionExpression="stage = :stage AND due_at <= :now",
        ExpressionAttributeValues=values({":stage": stage, ":now": now}),
    )
    return [due for page in pages for row in page["Items"] if (due := _read(row))]


def _read(row: Mapping[str, Any]) -> Due | None:
    """Read an item, or log that it cannot be read; then the others are due all the same."""
    try:
        return Due.read(row)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        unreadable(row["review_id"]["S"], "", error)
        return None


def back_off(store: ReviewStore, due: Due, now: datetime) -> None:
    """Try a review that could not be looked at again later, and later each time. One call.

    A pending one is tried at its deadline at the latest. The row is not read, since it may be
    damaged; a review that is done meanwhile is left alone.
    """
    pause = min(_FIRST_PAUSE * 2 ** min(due.failures, _MOST_DOUBLED), _LONGEST_PAUSE)
    next_look = min(now + pause, due.deadline) if now < due.deadline else now + pause
    write = partial(
        store.client.update_item,
        TableName=store.table,
        Key=values({"review_id": due.review_id}),
        UpdateExpression="SET due_at = :next_look, failures = :failures",
        ConditionExpression="attribute_exists(due_at)",
        ExpressionAttributeValues=values({":next_look": next_look, ":failures": due.failures + 1}),
    )
    with suppress(store.client.exceptions.ConditionalCheckFailedException):
        store.patience.write(write)
