"""Runs for every button click in Slack: verifies it, decides, and replies in Slack."""

from dataclasses import dataclass
from typing import Any

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.gate import AnsweringGate, GateSettings
from lambdas.domain.runtime.secrets import secret_read_at_start
from lambdas.domain.runtime.settings import read_settings
from lambdas.domain.slack.clicks import respond
from lambdas.domain.slack.directory import SlackDirectory
from lambdas.domain.slack.interactions import SlackInteractions
from lambdas.domain.store.conflicts import SLACK_RETRIES
from lambdas.domain.web.http import HttpRequest


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    slack_signing_secret_parameter: str
    slack_team_id: str
    allow_self_approval: str
    slack_api_url: str
    slack_bot_token_parameter: str
    """Empty, as is the API URL, if the stage has no bot to look people up."""


SETTINGS = read_settings(Settings)
SLACK = SlackDirectory.open(
    SETTINGS.slack_api_url, SETTINGS.slack_bot_token_parameter, SETTINGS.slack_team_id
)
IDENTITIES = Identities.of_the_stage(SLACK.name_of if SETTINGS.slack_bot_token_parameter else None)
INTERACTIONS = SlackInteractions(
    gate=AnsweringGate.open(SETTINGS, SLACK_RETRIES),
    rules=Rules(
        reviewers=frozenset(IDENTITIES.reviewers),
        members_of=SLACK.members_of,
        required_approvals=SETTINGS.required_approvals,
        allow_self_approval=SETTINGS.allow_self_approval == "true",
        slack_team=SETTINGS.slack_team_id,
    ),
    identities=IDENTITIES,
    signing_secret=secret_read_at_start(SETTINGS.slack_signing_secret_parameter),
    respond=respond,
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle an HTTP API event, payload format 2.0; no input raises."""
    return INTERACTIONS.handle(HttpRequest.from_event(event)).to_event()
