"""Reviews in DynamoDB: one row each, and the conditional writes that decide who was first."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from lambdas.shared import times
from lambdas.shared.record import Actor, Event, Record, insert
from lambdas.shared.reviews import (
    AlreadyDecided,
    Decision,
    NotAllowed,
    Outcome,
    Review,
    ReviewEnded,
    ReviewError,
    ReviewNotFound,
    Status,
    Way,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CLAIM_LEASE = timedelta(seconds=20)
"""Longer than the decision function may run: an older claim without delivery was cut off."""


class ReviewStore:
    """The reviews of one stage. Every method is one DynamoDB call, unless it says otherwise.

    A review appears, and is marked as done, together with its entry in the record: both or none.
    """

    def __init__(self, client: "DynamoDBClient", table: str, record: Record) -> None:
        self._client = client
        self._table = table
        self._record = record

    def add(self, review: Review) -> None:
        """Store a new review."""
        requested = self._record.entry(
            Event.REQUESTED, review, review.requested_at, Actor(person=review.requested_by)
        )
        self._client.execute_transaction(
            TransactStatements=[insert(self._table, _texts(asdict(review))), requested]
        )

    def get(self, review_id: str) -> Review:
        """Read a review as it is now. Raises `ReviewNotFound`."""
        answer = self._client.get_item(
            TableName=self._table, Key=_values({"review_id": review_id}), ConsistentRead=True
        )
        if "Item" not in answer:
            raise ReviewNotFound
        return _review(answer["Item"])

    def claim(self, review_id: str, decision: Decision, needed: int, own: bool) -> Review:
        """Make `decision` the one decision of a pending review that is not past its deadline.

        Where `needed` people must agree, the decision counts as an approval until the last one's
        comes: then the answer is still pending. `own` lets the requester decide.
        Raises `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded` or `NotAllowed`, with the review
        as it stands: a failed condition brings the row along, so losing costs no second call.
        The last of several approvals costs two calls.
        """
        values = {"pending": Status.PENDING, "now": decision.decided_at}
        open_to_them = "#status = :pending AND deadline > :now"
        if not own:
            open_to_them += " AND requested_by <> :reviewer"
        vote = {"me": {decision.reviewer}, "reviewer": decision.reviewer, "others": needed - 1}
        new_voice = "NOT contains(approvals, :reviewer)"
        changes = {"status": decision.decision.status, **asdict(decision)}
        if needed == 1:
            won, review = self._change(review_id, changes, open_to_them, values)
        else:
            early = (
                f"(attribute_not_exists(approvals) OR (size(approvals) < :others AND {new_voice}))"
            )
            won, review = self._change(
                review_id, {}, f"{open_to_them} AND {early}", values | vote, add_vote=True
            )
            if not won and len(review.approvals) == needed - 1:
                last = f"{open_to_them} AND size(approvals) = :others AND {new_voice}"
                won, review = self._change(review_id, changes, last, values | vote, add_vote=True)
        if won or review.claim_id == decision.claim_id:
            return review
        raise _lost(review, decision)

    def finish(self, event: Event, review: Review, at: datetime, by: Actor, why: str) -> Review:
        """Note that the execution and the topic know how the review ended: all is done.

        Where somebody else has noted it, nothing is noted twice.
        """
        unfinished = "WHERE review_id = ? AND delivered_at IS MISSING"
        mark: Any = {
            "Statement": f'UPDATE "{self._table}" SET delivered_at = ? {unfinished}',  # noqa: S608
            "Parameters": [{"S": times.to_text(at)}, {"S": review.review_id}],
        }
        entry = self._record.entry(event, review, at, by, why)
        try:
            self._client.execute_transaction(TransactStatements=[mark, entry])
        except self._client.exceptions.TransactionCanceledException as refused:
            reasons = refused.response.get("CancellationReasons", [])
            if not any(it.get("Code", "").startswith("ConditionalCheckFailed") for it in reasons):
                raise
        return replace(review, delivered_at=at)

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

    def reviews_of(self, execution_arn: str) -> list[Review]:
        """The reviews of an execution (at most 1 MB of rows, some 500)."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="by_execution",
            KeyConditionExpression="execution_arn = :execution",
            ExpressionAttributeValues=_values({":execution": execution_arn}),
        )
        return [_review(row) for row in answer["Items"]]

    def _change(
        self,
        review_id: str,
        changes: Mapping[str, Any],
        condition: str,
        values: Mapping[str, Any] | None = None,
        *,
        add_vote: bool = False,
    ) -> tuple[bool, Review]:
        """Write `changes` if `condition` holds; tell whether it did, and the row that stands now.

        Every changed attribute and value is known to the condition by `#name` and `:name`.
        Raises `ReviewNotFound`.
        """
        sets = ", ".join(f"#{name} = :{name}" for name in changes)
        update = f"SET {sets}" if changes else ""
        if add_vote:
            update += " ADD approvals :me"
        known = {f":{name}": value for name, value in {**changes, **(values or {})}.items()}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_values({"review_id": review_id}),
                UpdateExpression=update,
                ConditionExpression=f"attribute_exists(review_id) AND ({condition})",
                ExpressionAttributeNames={f"#{name}": name for name in {"status", *changes}},
                ExpressionAttributeValues=_values(known),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            row: Any = refused.response.get("Item")
            if not row:
                raise ReviewNotFound from None
            return False, _review(row)
        return True, _review(answer["Attributes"])


def _lost(review: Review, decision: Decision) -> ReviewError:
    """Why a claim failed, as the row tells."""
    review = review.seen_at(decision.decided_at)
    if review.status.is_decided:
        return AlreadyDecided(review)
    if review.status is not Status.PENDING:
        return ReviewEnded(review)
    if decision.reviewer in review.approvals:
        return NotAllowed(review, "You have approved this already; it takes somebody else now.")
    return NotAllowed(review, "You requested this yourself; somebody else has to decide.")


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values out as DynamoDB's attribute values."""
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, set):
        return {"SS": sorted(cast("set[str]", value))}
    return {"N": str(value)} if type(value) is int else {"S": _text(value)}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Lay a new row out as text attributes; what is not there yet is left out."""
    return {
        name: _text(value) for name, value in values.items() if value not in (None, frozenset())
    }


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
    "approvals": frozenset,
}


def _review(row: Mapping[str, Any]) -> Review:
    known = {field.name for field in fields(Review)} & row.keys()
    return Review(**{name: _READ.get(name, str)(*row[name].values()) for name in known})
