"""Runs when the wait is over: expires the review and says what silence means."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared import times
from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import client
from lambdas.shared.expiry import close_overdue
from lambdas.shared.record import Record
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.settings import read_settings


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    reviews_table: str
    record_table: str
    review_topic_arn: str
    on_timeout: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
STORE = ReviewStore(DYNAMODB, SETTINGS.reviews_table, Record(DYNAMODB, SETTINGS.record_table))
ANNOUNCER = Announcer(client("sns"), SETTINGS.review_topic_arn)


def handle(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Take `{"executionArn"}`; answer the `review` object of the workflow's output."""
    return close_overdue(
        STORE,
        ANNOUNCER,
        execution_arn=event["executionArn"],
        on_timeout=SETTINGS.on_timeout,
        now=times.now(),
    )
