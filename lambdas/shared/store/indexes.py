"""Finding reviews by something else than their id. Indexes hold keys only, and they lag."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from lambdas.shared.review.review import Review
from lambdas.shared.runtime import times
from lambdas.shared.store.reviews import ReviewStore
from lambdas.shared.store.rows import values


class Due(NamedTuple):
    """A review that somebody must look at, and since when."""

    review_id: str
    due_at: datetime


def reviews_of(store: ReviewStore, execution_arn: str) -> list[Review]:
    """The reviews of an execution as they are now: one call, and one for each of them."""
    answer: Any = store.client.query(
        TableName=store.table,
        IndexName="by_execution",
        KeyConditionExpression="execution_arn = :execution",
        ExpressionAttributeValues=values({":execution": execution_arn}),
    )
    return [store.get(row["review_id"]["S"]) for row in answer["Items"]]


def due_reviews(store: ReviewStore, stage: str, now: datetime) -> Iterator[Due]:
    """What is due, longest first: one call for each 1 MB of them, some 5,000.

    The index holds no review that is done, and the rest in the order in which they are due, so
    reviews that wait cost nothing.
    """
    pages: Any = store.client.get_paginator("query").paginate(
        TableName=store.table,
        IndexName="by_due",
        KeyConditionExpression="stage = :stage AND due_at <= :now",
        ExpressionAttributeValues=values({":stage": stage, ":now": now}),
    )
    for page in pages:
        for row in page["Items"]:
            yield Due(row["review_id"]["S"], times.from_text(row["due_at"]["S"]))
