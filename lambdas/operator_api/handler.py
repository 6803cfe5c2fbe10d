"""Handle requests to the operator API: show reviews, decide, cancel, remind."""

from dataclasses import dataclass
from typing import Any

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.gate import AnsweringGate, GateSettings
from lambdas.domain.operators.api import OperatorApi
from lambdas.domain.runtime.settings import read_settings
from lambdas.domain.slack.directory import SlackDirectory
from lambdas.domain.web.http import HttpRequest


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    stage: str
    allow_self_approval: str
    slack_team_id: str
    slack_api_url: str
    slack_bot_token_parameter: str
    """Empty, like the URL, if there is no bot to look people up."""


SETTINGS = read_settings(Settings)
SLACK = SlackDirectory.open(
    SETTINGS.slack_api_url, SETTINGS.slack_bot_token_parameter, SETTINGS.slack_team_id
)
IDENTITIES = Identities.of_the_stage(SLACK.name_of if SETTINGS.slack_bot_token_parameter else None)
API = OperatorApi(
    gate=AnsweringGate.open(SETTINGS),
    rules=Rules(
        reviewers=frozenset(IDENTITIES.reviewers),
        members_of=SLACK.members_of,
        required_approvals=SETTINGS.required_approvals,
        allow_self_approval=SETTINGS.allow_self_approval == "true",
    ),
    identities=IDENTITIES,
    stage=SETTINGS.stage,
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle an HTTP API event, payload format 2.0. No input raises."""
    return API.handle(HttpRequest.from_event(event)).to_event()
