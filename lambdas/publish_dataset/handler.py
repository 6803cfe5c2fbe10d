"""The workflow's last step: publishes what was approved, and announces it to consumers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.datasets.announcing import DatasetTopic
from lambdas.datasets.errors import about
from lambdas.datasets.limits import seconds_left
from lambdas.datasets.newest import NewerPublished
from lambdas.datasets.objects import aws_errors, storage
from lambdas.datasets.publishing import ALL_ROWS, ANSWER, Dataset, Publisher
from lambdas.domain.runtime.clients import client
from lambdas.domain.runtime.settings import read_settings

if TYPE_CHECKING:
    from lambdas.domain.runtime.context import Context


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    stage: str
    evidence_bucket: str
    dataset_topic_arn: str


SETTINGS = read_settings(Settings)
PUBLISHER = Publisher(s3=storage(), bucket=SETTINGS.evidence_bucket)
TOPIC = DatasetTopic(client("sns"), SETTINGS.dataset_topic_arn, SETTINGS.stage)


def handle(event: dict[str, Any], context: "Context") -> dict[str, Any]:
    """Handle `{"dataset", "review", "accepted"}`; returns `{"published"}` or `{"newer"}`.

    `review` is the answer to the review, or null if none was required; `accepted` is the newer
    version over which the review approved this one, or an empty string. `newer` is the version that
    was published before, and needs a decision: `{"version_id", "modified_at"}`. Raises
    `NotPublished` and `InvalidFile`, whose messages begin with the file's key, and
    `StorageUnavailable`: retry.
    """
    dataset = Dataset.parse(event["dataset"])
    review: dict[str, Any] = event["review"] or {}
    choice: str = review.get("answers", {}).get(ANSWER, ALL_ROWS)
    with aws_errors(), about(dataset.key):
        try:
            published = PUBLISHER.publish(
                dataset,
                choice,
                event["accepted"],
                seconds_left(context),
                review.get("review_id", ""),
            )
        except NewerPublished as newer:
            return {"newer": {"version_id": newer.version_id, "modified_at": newer.modified_at}}
        TOPIC.announce(dataset, published, review)
    return {"published": published}
