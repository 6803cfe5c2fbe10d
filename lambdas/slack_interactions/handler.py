"""Runs for every press on a button in Slack: verifies it, decides, and answers in Slack."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lambdas.shared.lifecycle.gate import AnsweringGate, GateSettings
from lambdas.shared.review.rules import Rules
from lambdas.shared.runtime.clients import AWS_ERRORS
from lambdas.shared.runtime.secrets import secret_parameter
from lambdas.shared.runtime.settings import read_settings
from lambdas.shared.slack.clicks import respond
from lambdas.shared.slack.interactions import SlackInteractions
from lambdas.shared.web.http import Request


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    slack_signing_secret_parameter: str
    slack_team_id: str
    reviewers: str
    allow_self_approval: str


SETTINGS = read_settings(Settings)
SIGNING_SECRET = secret_parameter(SETTINGS.slack_signing_secret_parameter)
with suppress(*AWS_ERRORS):  # the first click asks again
    SIGNING_SECRET()
INTERACTIONS = SlackInteractions(
    gate=AnsweringGate.open(SETTINGS),
    rules=Rules(
        reviewers=frozenset(SETTINGS.reviewers.split(",")) - {""},
        required_approvals=SETTINGS.required_approvals,
        allow_self_approval=SETTINGS.allow_self_approval == "true",
        slack_team=SETTINGS.slack_team_id,
    ),
    signing_secret=SIGNING_SECRET,
    respond=respond,
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an HTTP API event, payload format 2.0; no input raises."""
    return INTERACTIONS.answer(Request.from_event(event)).to_event()
