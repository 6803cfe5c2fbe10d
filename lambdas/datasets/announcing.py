"""Announce published datasets on the dataset topic, for consumers."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambdas.datasets.publishing import Dataset

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient

EVENT = "dataset.published"


class DatasetTopic:
    """The stage's dataset topic. Each announcement is one AWS call."""

    def __init__(self, client: "SNSClient", topic_arn: str, stage: str) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._stage = stage

    def announce(
        self, dataset: Dataset, published: Mapping[str, Any], review: Mapping[str, Any]
    ) -> None:
        """Announce a published object; `review` is empty if none was required.

        At least once: a function that is interrupted afterwards repeats it. `event` is also a
        message attribute, for filter policies.
        """
        message = {
            "event": EVENT,
            "stage": self._stage,
            "bucket": dataset.bucket,
            **published,
            "source": {
                "key": dataset.key,
                "version_id": dataset.version_id,
                "rows": dataset.rows,
                "flagged_rows": dataset.flagged_rows,
            },
            "review_id": review.get("review_id", ""),
            "approved_by": review.get("approved_by", []),
        }
        self._client.publish(
            TopicArn=self._topic_arn,
            Message=json.dumps(message, ensure_ascii=False),
            MessageAttributes={"event": {"DataType": "String", "StringValue": EVENT}},
        )
