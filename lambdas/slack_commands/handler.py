"""Runs for every `/signoff` in Slack: verifies it, and answers whoever typed it in private."""

import time
from dataclasses import dataclass
from typing import Any

from lambdas.shared.access.identities import Identities
from lambdas.shared.access.rules import Rules
from lambdas.shared.runtime.clients import client
from lambdas.shared.runtime.secrets import secret_read_at_start
from lambdas.shared.runtime.settings import read_settings
from lambdas.shared.slack.commands.answers import Answers
from lambdas.shared.slack.commands.door import SlackCommands
from lambdas.shared.slack.commands.pace import Pace
from lambdas.shared.store.record import Record
from lambdas.shared.store.reviews import ReviewStore
from lambdas.shared.web.http import Request

COMMANDS_A_MINUTE = 20
"""Of one person, in one of the processes that Lambda runs."""


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    stage: str
    reviews_table: str
    record_table: str
    required_approvals: int
    slack_signing_secret_parameter: str
    slack_channel: str
    slack_channel_id: str
    slack_team_id: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
IDENTITIES = Identities.of_the_stage()
COMMANDS = SlackCommands(
    store=ReviewStore(DYNAMODB, SETTINGS.reviews_table, Record(DYNAMODB, SETTINGS.record_table)),
    answers=Answers(stage=SETTINGS.stage, needed=SETTINGS.required_approvals),
    rules=Rules(reviewers=frozenset(IDENTITIES.reviewers), slack_team=SETTINGS.slack_team_id),
    identities=IDENTITIES,
    channel=SETTINGS.slack_channel,
    channel_id=SETTINGS.slack_channel_id,
    signing_secret=secret_read_at_start(SETTINGS.slack_signing_secret_parameter),
    pace=Pace(most=COMMANDS_A_MINUTE, clock=time.monotonic),
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an HTTP API event, payload format 2.0; no input raises."""
    return COMMANDS.answer(Request.from_event(event)).to_event()
