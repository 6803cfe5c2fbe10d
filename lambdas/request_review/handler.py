"""Runs while the workflow waits: stores the review, keeps the task token, tells the topic."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lambdas.request_review.link_shortener import shortened
from lambdas.shared.lifecycle.gate import Gate, GateSettings
from lambdas.shared.lifecycle.request import Dataset, ReviewRequests
from lambdas.shared.review.review import short_id
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.runtime.clients import client
from lambdas.shared.runtime.settings import read_settings
from lambdas.shared.store.evidence import presign

_LOG = logging.getLogger(__name__)
_LONGEST_PRESIGNED_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    stage: str
    decision_api_url: str
    review_timeout_seconds: int
    link_shortener: str
    remind_before_seconds: str
    escalate_before_seconds: str


SETTINGS = read_settings(Settings)
_S3 = client("s3") if SETTINGS.link_shortener != "builtin" else None


def _evidence_link(dataset: Dataset, at_the_click: str) -> str:
    """The link that `linkShortener` asks for."""
    if _S3 is None:
        return at_the_click
    seconds = min(SETTINGS.review_timeout_seconds, _LONGEST_PRESIGNED_SECONDS)
    long_link = presign(_S3, dataset["bucket"], dataset["key"], dataset["version_id"], seconds)
    return shortened(long_link) if SETTINGS.link_shortener == "tinyurl" else long_link


REQUESTS = ReviewRequests(
    gate=Gate.open(SETTINGS),
    stage=SETTINGS.stage,
    decision_api_url=SETTINGS.decision_api_url,
    timeout=timedelta(seconds=SETTINGS.review_timeout_seconds),
    plan=TimePlan.from_seconds(SETTINGS.remind_before_seconds, SETTINGS.escalate_before_seconds),
    evidence_link=_evidence_link,
)


def handle(event: dict[str, Any], _context: object) -> None:
    """Take a `.waitForTaskToken` payload; the answer comes later, through the token."""
    review = REQUESTS.request(event)
    _LOG.info(
        "review.requested",
        extra={"event": "review.requested", "review_id": short_id(review.review_id)},
    )
