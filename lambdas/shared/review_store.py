"""Reviews in DynamoDB: one row each, and the conditional writes that decide who was first."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.shared import times
from lambdas.shared.reviews import (
    AlreadyDecided,
    Decision,
    Outcome,
    Review,
    ReviewEnded,
    ReviewNotFound,
    Status,
    Way,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CLAIM_LEASE = timedelta(seconds=20)
"""Longer than the decision function may run: an older claim without delivery was cut off."""


class ReviewStore:
    """The reviews of one stage. Every method is one DynamoDB call."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, review: Review) -> None:
        """Store a new review."""
        self._client.put_item(
            TableName=self._table,
            Item=_row(asdict(review)),
            ConditionExpression="attribute_not_exists(review_id)",
        )

    def get(self, review_id: str) -> Review:
        """Read a review as it is now. Raises `ReviewNotFound`."""
        answer = self._client.get_item(
            TableName=self._table, Key=_row({"review_id": review_id}), ConsistentRead=True
        )
        if "Item" not in answer:
            raise ReviewNotFound(review_id)
        return _review(answer["Item"])

    def claim(self, review_id: str, decision: Decision) -> Review:
        """Make `decision` the one decision of a pending review that is not past its deadline.

        Raises `ReviewNotFound`, `AlreadyDecided` or `ReviewEnded`, with the review as it stands:
        the failed condition brings the row along, so losing costs no second call.
        """
        won, review = self._change(
            review_id,
            {"status": decision.decision.status, **asdict(decision)},
            "#status = :pending AND deadline > :decided_at",
            {"pending": Status.PENDING},
        )
        if won:
            return review
        if review.status.is_decided:
            raise AlreadyDecided(review)
        raise ReviewEnded(replace(review, status=review.status_at(review.deadline)))

    def mark_delivered(self, review: Review, at: datetime) -> Review:
        """Note that the execution has the decision and the channel was told: all is done."""
        return self._change(review.review_id, {"delivered_at": at})[1]

    def end(self, review: Review, status: Status) -> Review:
        """Let the row follow an execution that went on without the claimed decision.

        Somebody else may have done so already: then their row stands.
        """
        return self._change(
            review.review_id, {"status": status}, "attribute_not_exists(delivered_at)"
        )[1]

    def expire(self, review: Review, decision: Decision | None, now: datetime) -> Review:
        """Close a review that nobody decided, or whose decision was cut off before delivery.

        `decision` is what silence means here, if anything. Returns the row as it stands then.
        """
        return self._change(
            review.review_id,
            {"status": Status.EXPIRED, **(asdict(decision) if decision else {})},
            "#status = :pending OR (attribute_not_exists(delivered_at) AND decided_at < :lease)",
            {"pending": Status.PENDING, "lease": now - CLAIM_LEASE},
        )[1]

    def waiting_in(self, execution_arn: str) -> list[Review]:
        """The undelivered reviews of an execution (at most 1 MB of rows, some 500)."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_execution",
            KeyConditionExpression="execution_arn = :execution",
            FilterExpression="attribute_not_exists(delivered_at)",
            ExpressionAttributeValues=_row({":execution": execution_arn}),
        )
        return [_review(row) for row in answer["Items"]]

    def _change(
        self,
        review_id: str,
        changes: Mapping[str, Any],
        condition: str = "attribute_exists(review_id)",
        values: Mapping[str, Any] | None = None,
    ) -> tuple[bool, Review]:
        """Write `changes` if `condition` holds; tell whether it did, and the row that stands now.

        Every changed attribute and value is known to the condition by `#name` and `:name`.
        Raises `ReviewNotFound`.
        """
        names = {f"#{name}": name for name in changes}
        known = {f":{name}": value for name, value in {**changes, **(values or {})}.items()}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_row({"review_id": review_id}),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
                ConditionExpression=f"attribute_exists(review_id) AND ({condition})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=_row(known),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            row: Any = refused.response.get("Item")
            if not row:
                raise ReviewNotFound(review_id) from None
            return False, _review(row)
        return True, _review(answer["Attributes"])


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values out as text attributes; what is None is left out."""
    return {name: {"S": _text(value)} for name, value in values.items() if value is not None}


def _text(value: Any) -> str:
    return times.to_text(value) if isinstance(value, datetime) else str(value)


_READ: dict[str, Callable[[str], Any]] = {
    "requested_at": times.from_text,
    "deadline": times.from_text,
    "decided_at": times.from_text,
    "delivered_at": times.from_text,
    "rows": int,
    "flagged_rows": int,
    "flagged_share": float,
    "threshold": float,
    "status": Status,
    "decision": Outcome,
    "via": Way,
}


def _review(row: Mapping[str, Any]) -> Review:
    known = {field.name for field in fields(Review)} & row.keys()
    return Review(**{name: _READ.get(name, str)(row[name]["S"]) for name in known})
