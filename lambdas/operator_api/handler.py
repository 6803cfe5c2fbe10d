"""Runs for every request to the operator API: shows reviews, decides, cancels, reminds."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared.access.identities import Identities
from lambdas.shared.access.rules import Rules
from lambdas.shared.lifecycle.gate import AnsweringGate, GateSettings
from lambdas.shared.operators.api import OperatorApi
from lambdas.shared.runtime.settings import read_settings
from lambdas.shared.slack.groups import UserGroups
from lambdas.shared.web.http import Request


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    stage: str
    allow_self_approval: str
    slack_api_url: str
    slack_bot_token_parameter: str
    """Empty, as the address, where no user group is among the reviewers."""


SETTINGS = read_settings(Settings)
IDENTITIES = Identities.of_the_stage()
GROUPS = UserGroups.open(SETTINGS.slack_api_url, SETTINGS.slack_bot_token_parameter)
API = OperatorApi(
    gate=AnsweringGate.open(SETTINGS),
    rules=Rules(
        reviewers=frozenset(IDENTITIES.reviewers),
        members_of=GROUPS.members_of,
        required_approvals=SETTINGS.required_approvals,
        allow_self_approval=SETTINGS.allow_self_approval == "true",
    ),
    identities=IDENTITIES,
    stage=SETTINGS.stage,
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an HTTP API event, payload format 2.0; no input raises."""
    return API.answer(Request.from_event(event)).to_event()
