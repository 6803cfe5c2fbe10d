"""Reviews in DynamoDB: one row each, and the conditional writes that decide who was first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.shared import times
from lambdas.shared.reviews import (
    AlreadyDecided,
    Decision,
    Evidence,
    Links,
    Outcome,
    Review,
    ReviewEnded,
    ReviewNotFound,
    Status,
    Way,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Row = Mapping[str, Mapping[str, str]]

CLAIM_LEASE = timedelta(seconds=20)
"""Longer than the decision function may run: an older claim without delivery was cut off."""

BY_EXECUTION = "by_execution"


class ReviewStore:
    """The reviews of one stage. Every method is one DynamoDB call."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, review: Review) -> None:
        """Store a new review."""
        self._client.put_item(
            TableName=self._table,
            Item=_to_row(review),
            ConditionExpression="attribute_not_exists(review_id)",
        )

    def get(self, review_id: str) -> Review:
        """Read a review as it is now. Raises `ReviewNotFound`."""
        answer = self._client.get_item(
            TableName=self._table, Key=_key(review_id), ConsistentRead=True
        )
        if "Item" not in answer:
            raise ReviewNotFound(review_id)
        return _from_row(answer["Item"])  # type: ignore[arg-type]

    def claim(self, review_id: str, decision: Decision) -> Review:
        """Make `decision` the one decision of a pending review that is not past its deadline.

        Raises `ReviewNotFound`, `AlreadyDecided` or `ReviewEnded`, with the review as it stands:
        the failed condition brings the row along, so losing costs no second call.
        """
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(review_id),
                ConditionExpression="#status = :pending AND deadline > :now",
                UpdateExpression=(
                    "SET #status = :status, decision = :decision, reviewer = :reviewer,"
                    " reason = :reason, via = :via, decided_at = :decided_at"
                ),
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=_row(
                    {
                        ":pending": Status.PENDING,
                        ":status": decision.outcome.status,
                        ":now": times.to_text(decision.decided_at),
                    }
                    | {f":{name}": value for name, value in _decision_fields(decision).items()}
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            row: Any = refused.response.get("Item")
            if not row:
                raise ReviewNotFound(review_id) from None
            review = _from_row(row)
            kind = AlreadyDecided if review.status.is_decided else ReviewEnded
            status = Status.EXPIRED if review.status is Status.PENDING else review.status
            raise kind(replace(review, status=status)) from None
        return _from_row(answer["Attributes"])  # type: ignore[arg-type]

    def mark_delivered(self, review: Review, at: datetime) -> Review:
        """Note that the execution has the decision and the channel was told: all is done."""
        self._client.update_item(
            TableName=self._table,
            Key=_key(review.review_id),
            UpdateExpression="SET delivered_at = :now",
            ConditionExpression="attribute_exists(review_id)",
            ExpressionAttributeValues=_row({":now": times.to_text(at)}),
        )
        return replace(review, delivered_at=at)

    def end(self, review: Review, status: Status) -> Review:
        """Let the row follow an execution that went on without the claimed decision.

        Somebody else may have done so already: then their row stands.
        """
        return self._end(review, status, "attribute_not_exists(delivered_at)", {})

    def expire(self, review: Review, decision: Decision | None, now: datetime) -> Review:
        """Close a review that nobody decided, or whose decision was cut off before delivery.

        `decision` is what silence means here, if anything. Returns the row as it stands then.
        """
        return self._end(
            review,
            Status.EXPIRED,
            "#status = :pending OR (attribute_not_exists(delivered_at) AND decided_at < :lease)",
            {":pending": Status.PENDING, ":lease": times.to_text(now - CLAIM_LEASE)},
            decision,
        )

    def waiting_in(self, execution_arn: str) -> list[Review]:
        """The undelivered reviews of an execution (at most 1 MB of rows, some 500)."""
        answer = self._client.query(
            TableName=self._table,
            IndexName=BY_EXECUTION,
            KeyConditionExpression="execution_arn = :execution",
            FilterExpression="attribute_not_exists(delivered_at)",
            ExpressionAttributeValues=_row({":execution": execution_arn}),
        )
        return [_from_row(row) for row in answer["Items"]]  # type: ignore[arg-type]

    def _end(
        self,
        review: Review,
        status: Status,
        condition: str,
        values: Mapping[str, str],
        decision: Decision | None = None,
    ) -> Review:
        changes = {"status": str(status)} | (_decision_fields(decision) if decision else {})
        names = {f"#{name}": name for name in changes}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(review.review_id),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
                ConditionExpression=f"attribute_exists(review_id) AND ({condition})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=_row(
                    {**values, **{f":{name}": value for name, value in changes.items()}}
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            row: Any = refused.response.get("Item")
            if not row:
                raise ReviewNotFound(review.review_id) from None
            return _from_row(row)
        return _from_row(answer["Attributes"])  # type: ignore[arg-type]


def _key(review_id: str) -> dict[str, Any]:
    return _row({"review_id": review_id})


def _row(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"S": str(value)} for name, value in values.items()}


def _decision_fields(decision: Decision) -> dict[str, str]:
    return {
        "decision": decision.outcome,
        "reviewer": decision.reviewer,
        "reason": decision.reason,
        "via": decision.via,
        "decided_at": times.to_text(decision.decided_at),
    }


def _to_row(review: Review) -> dict[str, Any]:
    """Lay a new, undecided review out as flat text attributes."""
    evidence = review.evidence
    return _row(
        {
            "review_id": review.review_id,
            "status": review.status,
            "stage": review.stage,
            "title": review.title,
            "requested_by": review.requested_by,
            "execution_arn": review.execution_arn,
            "task_token": review.task_token,
            "requested_at": times.to_text(review.requested_at),
            "deadline": times.to_text(review.deadline),
            "threshold": "" if review.threshold is None else str(review.threshold),
            "evidence_bucket": evidence.bucket,
            "evidence_key": evidence.key,
            "evidence_version_id": evidence.version_id,
            "evidence_sha256": evidence.sha256,
            "rows": str(evidence.rows),
            "flagged_rows": str(evidence.flagged_rows),
            "flagged_share": str(evidence.flagged_share),
            "approval_link": review.links.approve,
            "rejection_link": review.links.reject,
            "s3_file": review.links.evidence,
        }
    )


def _from_row(row: Row) -> Review:
    text = {name: value["S"] for name, value in row.items()}
    return Review(
        review_id=text["review_id"],
        status=Status(text["status"]),
        stage=text["stage"],
        title=text["title"],
        requested_by=text["requested_by"],
        execution_arn=text["execution_arn"],
        task_token=text["task_token"],
        requested_at=times.from_text(text["requested_at"]),
        deadline=times.from_text(text["deadline"]),
        threshold=float(text["threshold"]) if text["threshold"] else None,
        evidence=Evidence(
            bucket=text["evidence_bucket"],
            key=text["evidence_key"],
            version_id=text["evidence_version_id"],
            sha256=text["evidence_sha256"],
            rows=int(text["rows"]),
            flagged_rows=int(text["flagged_rows"]),
            flagged_share=float(text["flagged_share"]),
        ),
        links=Links(
            approve=text["approval_link"],
            reject=text["rejection_link"],
            evidence=text["s3_file"],
        ),
        decision=Decision(
            outcome=Outcome(text["decision"]),
            reviewer=text["reviewer"],
            reason=text["reason"],
            via=Way(text["via"]),
            decided_at=times.from_text(text["decided_at"]),
        )
        if "decision" in text
        else None,
        delivered_at=times.from_text(text["delivered_at"]) if "delivered_at" in text else None,
    )
