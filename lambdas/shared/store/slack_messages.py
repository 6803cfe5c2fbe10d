"""What a notification needs to know of a review as it is now, and where its message stands.

The function that writes to Slack may read these attributes of a review and no others.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lambdas.shared.review.review import Status
from lambdas.shared.runtime import times

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether people are still asked, and the `ts` of the message that asks them, if known."""

    waiting: bool
    ts: str = ""


class SlackMessages:
    """The messages of one stage's reviews. Every method is one DynamoDB call."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of(self, review_id: str, now: datetime) -> Standing:
        """How a review stands; one that is not there waits for nobody."""
        row = self._client.get_item(
            TableName=self._table,
            Key={"review_id": {"S": review_id}},
            ConsistentRead=True,
            ProjectionExpression="#status, deadline, slack_ts",
            ExpressionAttributeNames={"#status": "status"},
        ).get("Item")
        if not row:
            return Standing(waiting=False)
        known = {name: value.get("S", "") for name, value in row.items()}
        pending = known["status"] == Status.PENDING and times.from_text(known["deadline"]) > now
        return Standing(waiting=pending, ts=known.get("slack_ts", ""))

    def remember(self, review_id: str, ts: str) -> None:
        """Note where the message is that asks."""
        self._client.update_item(
            TableName=self._table,
            Key={"review_id": {"S": review_id}},
            UpdateExpression="SET slack_ts = :ts",
            ConditionExpression="attribute_exists(review_id)",
            ExpressionAttributeValues={":ts": {"S": ts}},
        )
