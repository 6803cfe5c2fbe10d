"""Runs for every press on a button in Slack: verifies it, decides, and answers in Slack."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared.aws import secret_parameter
from lambdas.shared.decisions import Decisions
from lambdas.shared.review_function import ReviewSettings, delivery_from
from lambdas.shared.rules import Rules
from lambdas.shared.settings import read_settings
from lambdas.shared.slack_clicks import respond
from lambdas.shared.slack_door import SlackDoor


@dataclass(frozen=True)
class Settings(ReviewSettings):
    """The function's environment."""

    slack_signing_secret_parameter: str
    reviewers: str
    required_approvals: int
    allow_self_approval: str


SETTINGS = read_settings(Settings)
DOOR = SlackDoor(
    decisions=Decisions(
        delivery=delivery_from(SETTINGS),
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
