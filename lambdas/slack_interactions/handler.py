"""Runs for every press on a button in Slack: verifies it, decides, and answers in Slack."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import client, secret_parameter
from lambdas.shared.decisions import Decisions
from lambdas.shared.endings import Delivery, Endings
from lambdas.shared.executions import Executions
from lambdas.shared.record import Record
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.rules import Rules
from lambdas.shared.settings import read_settings
from lambdas.shared.slack_clicks import respond
from lambdas.shared.slack_door import SlackDoor


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    reviews_table: str
    record_table: str
    review_topic_arn: str
    slack_signing_secret_parameter: str
    reviewers: str
    required_approvals: int
    allow_self_approval: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
RECORD = Record(DYNAMODB, SETTINGS.record_table)
STORE = ReviewStore(DYNAMODB, SETTINGS.reviews_table, RECORD)
DOOR = SlackDoor(
    decisions=Decisions(
        store=STORE,
        delivery=Delivery(
            executions=Executions(client("stepfunctions")),
            endings=Endings(
                store=STORE, announcer=Announcer(client("sns"), SETTINGS.review_topic_arn)
            ),
        ),
        record=RECORD,
        rules=Rules(
            reviewers=frozenset(SETTINGS.reviewers.split(",")) - {""},
            required_approvals=SETTINGS.required_approvals,
            allow_self_approval=SETTINGS.allow_self_approval == "true",
        ),
    ),
    signing_secret=secret_parameter(SETTINGS.slack_signing_secret_parameter),
    respond=respond,
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an HTTP API event, payload format 2.0; no input raises."""
    return DOOR.answer(event).to_event()
