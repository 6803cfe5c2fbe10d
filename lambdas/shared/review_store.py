"""Reviews in DynamoDB: one row each, and the conditional writes that decide who was first."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from lambdas.shared import times
from lambdas.shared.record import Actor, Event, Record
from lambdas.shared.reviews import Outcome, Review, ReviewNotFound, Status, Way

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=90)
"""Longer than a function may run that ends or sweeps reviews: what is still open then was cut off,
and is due for the sweeper."""


class ReviewStore:
    """The reviews of one stage. Every method is one DynamoDB call.

    A review appears, and is marked as done, together with its entry in the record: both or none.
    """

    def __init__(self, client: "DynamoDBClient", table: str, record: Record) -> None:
        self.client = client
        self.table = table
        self.record = record

    def get(self, review_id: str) -> Review:
        """Read a review as it is now. Raises `ReviewNotFound`."""
        answer = self.client.get_item(
            TableName=self.table, Key=values({"review_id": review_id}), ConsistentRead=True
        )
        if "Item" not in answer:
            raise ReviewNotFound
        return review_from(answer["Item"])

    def end(
        self, review_id: str, seen: Status, status: Status, because: str, now: datetime
    ) -> tuple[bool, Review]:
        """End a review without a decision, unless it has moved on since its status was `seen`.

        Tells whether it did, and the row that stands now. Who ends it has to tell everybody, too.
        """
        changes = {"status": status, "ended_because": because, "due_at": now + LEASE}
        still = "#status = :seen AND attribute_not_exists(delivered_at)"
        return self.change(review_id, changes, still, {"seen": seen})

    def take(self, review_id: str, seen: datetime, now: datetime) -> Review | None:
        """Take over a review that was due at `seen`; none where somebody else has."""
        changes = {"due_at": now + LEASE}
        taken, review = self.change(review_id, changes, "due_at = :seen", {"seen": seen})
        return review if taken else None

    def finish(self, event: Event, review: Review, at: datetime, by: Actor, why: str) -> Review:
        """Note that the execution and the topic know how the review ended: all is done.

        Where somebody else has noted it, nothing is noted twice.
        """
        done = "SET delivered_at = ? REMOVE due_at WHERE review_id = ? AND delivered_at IS MISSING"
        entry = self.record.entry(event, review, at, by, why)
        self.write_together(done, [at, review.review_id], [entry])
        return replace(review, delivered_at=at, due_at=None)

    def write_together(self, update: str, parameters: list[Any], entries: list[Any]) -> None:
        """Update a row together with entries in the record: both, or none if it has moved on."""
        statement: Any = {
            "Statement": f'UPDATE "{self.table}" {update}',
            "Parameters": [{"S": text(value)} for value in parameters],
        }
        try:
            self.client.execute_transaction(TransactStatements=[statement, *entries])
        except self.client.exceptions.TransactionCanceledException as refused:
            reasons = refused.response.get("CancellationReasons", [])
            if not any(it.get("Code", "").startswith("ConditionalCheckFailed") for it in reasons):
                raise

    def change(
        self,
        review_id: str,
        changes: Mapping[str, Any],
        condition: str,
        known: Mapping[str, Any],
        *,
        add_vote: bool = False,
    ) -> tuple[bool, Review]:
        """Write `changes` if `condition` holds; tell whether it did, and the row that stands now.

        Every changed attribute and value is known to the condition by `#name` and `:name`, and
        the `known` values are. A failed condition brings the row along: losing costs no second
        call. Raises `ReviewNotFound`.
        """
        sets = ", ".join(f"#{name} = :{name}" for name in changes)
        update = f"SET {sets}" if changes else ""
        if add_vote:
            update += " ADD approvals :me"
        named = {f":{name}": value for name, value in {**changes, **known}.items()}
        names = {f"#{name}": name for name in changes}
        if "#status" in condition:
            names["#status"] = "status"
        try:
            answer = self.client.update_item(
                TableName=self.table,
                Key=values({"review_id": review_id}),
                UpdateExpression=update,
                ConditionExpression=f"attribute_exists(review_id) AND ({condition})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values(named),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.client.exceptions.ConditionalCheckFailedException as refused:
            row: Any = refused.response.get("Item")
            if not row:
                raise ReviewNotFound from None
            return False, review_from(row)
        return True, review_from(answer["Attributes"])


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
    "rows": int,
    "flagged_rows": int,
    "flagged_share": float,
    "threshold": float,
    "status": Status,
    "decision": Outcome,
    "via": Way,
    "approvals": frozenset,
}
