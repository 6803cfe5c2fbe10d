"""Runs while a caller waits: stores the review with what answers the caller, and announces it.

There are two functions of this code, so that IAM tells callers apart: one accepts task tokens, from
hosts, the other callback ids, from durable functions.
"""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

from lambdas.request_review.link_shortener import shortened
from lambdas.shared.lifecycle.gate import Gate, GateSettings
from lambdas.shared.lifecycle.request import ReviewRequests
from lambdas.shared.review.request import Evidence
from lambdas.shared.review.review import ON_TIMEOUT, Outcome
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.runtime.clients import client
from lambdas.shared.runtime.settings import read_settings
from lambdas.shared.store.evidence import pin, presign

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_LOG = logging.getLogger(__name__)
_LONGEST_PRESIGNED_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    stage: str
    decision_api_url: str
    caller_id: Literal["taskToken", "callbackId"]
    """What callers of this function are answered by."""
    review_timeout_seconds: int
    on_timeout: str
    slack_missing: str
    link_shortener: str
    evidence_places: str
    """JSON: a list of buckets, each with the prefix of its keys."""
    remind_before_seconds: str
    escalate_before_seconds: str


SETTINGS = read_settings(Settings)


@cache
def _s3() -> "S3Client":
    """Made when the first file needs it."""
    return client("s3")


def _evidence_link(file: Evidence, at_the_click: str) -> str:
    """The link that `linkShortener` asks for."""
    if SETTINGS.link_shortener == "builtin":
        return at_the_click
    seconds = min(SETTINGS.review_timeout_seconds, _LONGEST_PRESIGNED_SECONDS)
    long_link = presign(_s3(), file, seconds)
    return shortened(long_link) if SETTINGS.link_shortener == "tinyurl" else long_link


REQUESTS = ReviewRequests(
    gate=Gate.open(SETTINGS),
    stage=SETTINGS.stage,
    decision_api_url=SETTINGS.decision_api_url,
    caller_id=SETTINGS.caller_id,
    silence_approves=ON_TIMEOUT[SETTINGS.on_timeout] is Outcome.APPROVED,
    timeout=timedelta(seconds=SETTINGS.review_timeout_seconds),
    plan=TimePlan.from_seconds(SETTINGS.remind_before_seconds, SETTINGS.escalate_before_seconds),
    slack_missing=SETTINGS.slack_missing,
    evidence_places=tuple(json.loads(SETTINGS.evidence_places)),
    pin=partial(pin, _s3),
    evidence_link=_evidence_link,
)


def handle(event: dict[str, Any], _context: object) -> None:
    """Take what a caller hands over (`ReviewRequests.request`); the answer comes later.

    Raises `InvalidInput` or `ReviewNotDelivered`, with which the caller fails at once.
    """
    review = REQUESTS.request(event)
    _LOG.info(
        "review.requested",
        extra={"event": "review.requested", "review_id": review.review_id},
    )
