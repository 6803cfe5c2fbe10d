"""Find reviews by attributes other than the id. Indexes lag, and never answer a caller.

Indexes of lists hold everything that a list shows, so that a page is one call. Unreadable rows are
left out, and logged by `store/rows`.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from lambdas.domain.review.errors import UnreadableRow
from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime import times
from lambdas.domain.store.cursors import decode_cursor, encode_cursor, page
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.store.rows import review_from, values

PAGE_LIMIT = 50


class Page(NamedTuple):
    """A page of a list: reviews with the attributes in the index, and the next cursor."""

    reviews: list[Review]
    next: str
    """Empty on the last page."""


def reviews_of(store: ReviewStore, execution_arn: str) -> list[str]:
    """The ids of an execution's reviews. One call."""
    answer: Any = store.client.query(
        TableName=store.table,
        IndexName="by_execution",
        KeyConditionExpression="execution_arn = :execution",
        ExpressionAttributeValues=values({":execution": execution_arn}),
    )
    return [row["review_id"]["S"] for row in answer["Items"]]


def waiting(store: ReviewStore, now: datetime, after: str = "") -> Page:
    """Pending reviews that can be decided, soonest deadline first. One call per page.

    `after` is the previous page's `next`. Raises `InvalidInput` for any other value.
    """
    still = ("#status = :status AND deadline > :now", {":status": Status.PENDING, ":now": now})
    if after and decode_cursor(after, 2)[0] <= times.to_text(now):
        after = ""  # everything before it is past its deadline, so outside the condition
    return _page(store, "by_status", "deadline", {"status": Status.PENDING}, still, after)


def of_status(store: ReviewStore, status: Status, after: str = "") -> Page:
    """Reviews of a status, latest deadline first. Pages as `waiting` does."""
    so = ("#status = :status", {":status": status})
    return _page(store, "by_status", "deadline", {"status": status}, so, after, newest=True)


def newest(store: ReviewStore, stage: str, after: str = "") -> Page:
    """All reviews, latest request first. Pages as `waiting` does."""
    so = ("stage = :stage", {":stage": stage})
    return _page(store, "by_start", "requested_at", {"stage": stage}, so, after, newest=True)


def of_asker(store: ReviewStore, asker: str, after: str = "") -> Page:
    """Reviews of an asker, latest deadline first. Pages as `waiting` does."""
    so = ("asker = :asker", {":asker": asker})
    return _page(store, "by_asker", "deadline", {"asker": asker}, so, after, newest=True)


def pending_of_asker(store: ReviewStore, asker: str, now: datetime) -> int:
    """Number of an asker's reviews that can be decided. One call per 1 MB."""
    pages: Any = store.client.get_paginator("query").paginate(
        TableName=store.table,
        IndexName="by_asker",
        KeyConditionExpression="asker = :asker AND deadline > :now",
        FilterExpression="#status = :pending",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues=values(
            {":asker": asker, ":now": now, ":pending": Status.PENDING}
        ),
        Select="COUNT",
    )
    return sum(page["Count"] for page in pages)


def _page(
    store: ReviewStore,
    index: str,
    order: str,
    of: dict[str, str],
    condition: tuple[str, dict[str, Any]],
    after: str,
    *,
    newest: bool = False,
) -> Page:
    """A page of an index with the keys `of` and `order`; its cursor is a time and an id."""
    expression, known = condition
    names: dict[str, Any] = {}
    if "#status" in expression:
        names["ExpressionAttributeNames"] = {"#status": "status"}
    place = None
    if after:
        at, review_id = decode_cursor(after, 2)
        place = values({**of, order: at, "review_id": review_id})
    rows, last = page(
        store.client,
        place,
        TableName=store.table,
        IndexName=index,
        KeyConditionExpression=expression,
        ExpressionAttributeValues=values(known),
        ScanIndexForward=not newest,
        Limit=PAGE_LIMIT,
        **names,
    )
    return Page(_readable(rows), encode_cursor(last, order, "review_id"))


def _readable(rows: Iterable[Any]) -> list[Review]:
    found: list[Review] = []
    for row in rows:
        with suppress(UnreadableRow):
            found.append(review_from(row))
    return found
