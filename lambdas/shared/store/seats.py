"""How many reviews of one asker are pending: each takes a seat before it is stored.

One conditional write takes a seat, so no burst of requests gets more than there are. Nothing frees
one when a review ends: when all are taken, the reviews themselves are read.

The seats are a set in a row of the reviews' table, which is no review's: its status is `ASKER`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from lambdas.shared.review.review import Status
from lambdas.shared.runtime import times
from lambdas.shared.store.reviews import ReviewStore
from lambdas.shared.store.rows import values

SEATS = 50
_UNTIL_STORED = timedelta(minutes=1)
"""Longer than a function may run that takes a seat and then stores the review."""
_TRIES = 3


def take_seat(store: ReviewStore, asker: str, review_id: str, now: datetime) -> bool:
    """Take one of an asker's seats for a new review, and tell whether one was free.

    One call; four where all were taken and some of their reviews are over.
    """
    seat = f"{times.to_text(now)} {review_id}"
    for _ in range(_TRIES):
        taken = _take(store, asker, seat)
        if not taken:
            return True
        free = taken - _in_use(store, taken, now)
        if not free:
            return False
        _give_back(store, asker, free)
    return False


def _key(asker: str) -> dict[str, Any]:
    return values({"review_id": f"asker {asker}"})  # no id of a review has a space


def _take(store: ReviewStore, asker: str, seat: str) -> set[str]:
    """Take a seat; the answer is empty, or all that are taken if none was free."""
    write = partial(
        store.client.update_item,
        TableName=store.table,
        Key=_key(asker),
        UpdateExpression="SET #status = :asker ADD seats :these",
        ConditionExpression="attribute_not_exists(seats) OR size(seats) < :all",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues=values({":asker": "ASKER", ":these": {seat}, ":all": SEATS}),
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    try:
        store.patience.write(write)
    except store.client.exceptions.ConditionalCheckFailedException as refused:
        row: Any = refused.response.get("Item", {})
        return {*row["seats"]["SS"]}
    return set()


def _give_back(store: ReviewStore, asker: str, seats: set[str]) -> None:
    write = partial(
        store.client.update_item,
        TableName=store.table,
        Key=_key(asker),
        UpdateExpression="DELETE seats :these",
        ExpressionAttributeValues=values({":these": seats}),
    )
    store.patience.write(write)


def _in_use(store: ReviewStore, taken: set[str], now: datetime) -> set[str]:
    """The seats whose reviews are pending, or may not be stored yet."""
    seats = {seat.rpartition(" ")[2]: seat for seat in taken}
    keys: Any = [values({"review_id": review_id}) for review_id in seats]
    answer: Any = store.client.batch_get_item(
        RequestItems={
            store.table: {
                "Keys": keys,
                "ConsistentRead": True,
                "ProjectionExpression": "review_id, #status, deadline",
                "ExpressionAttributeNames": {"#status": "status"},
            }
        }
    )
    unread = answer.get("UnprocessedKeys", {}).get(store.table, {}).get("Keys", [])
    rows = {row["review_id"]["S"]: row for row in (*answer["Responses"][store.table], *unread)}
    return {
        seat
        for review_id, seat in seats.items()
        if (
            _is_pending(rows[review_id], times.to_text(now))
            if review_id in rows
            else seat > times.to_text(now - _UNTIL_STORED)
        )
    }


def _is_pending(row: Mapping[str, Any], now: str) -> bool:
    """Whether a review may be pending: one that was not read counts as such."""
    status, deadline = row.get("status", {}).get("S"), row.get("deadline", {}).get("S")
    return status in (None, Status.PENDING) and (deadline is None or deadline > now)
