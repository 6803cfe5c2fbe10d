"""Runs for every request to the decision API: shows a review, decides it, leads to its evidence."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared.aws import client
from lambdas.shared.decision_routes import DecisionApi
from lambdas.shared.decisions import Decisions
from lambdas.shared.evidence_links import SECONDS_AT_THE_CLICK, presign
from lambdas.shared.http import Request
from lambdas.shared.review_function import ReviewSettings, delivery_from
from lambdas.shared.rules import Rules
from lambdas.shared.settings import read_settings


@dataclass(frozen=True)
class Settings(ReviewSettings):
    """The function's environment."""

    slack_channel: str
    links_decide: str


SETTINGS = read_settings(Settings)
S3 = client("s3")
API = DecisionApi(
    decisions=Decisions(
        delivery=delivery_from(SETTINGS),
        rules=Rules(links_decide=SETTINGS.links_decide == "true"),
    ),
    slack_channel=SETTINGS.slack_channel,
    presign=lambda review: presign(
        S3, review.bucket, review.key, review.version_id, SECONDS_AT_THE_CLICK
    ),
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an HTTP API event, payload format 2.0; no input raises."""
    return API.answer(Request.from_event(event)).to_event()
