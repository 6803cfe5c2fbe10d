"""Runs for every `/signoff` in Slack: verifies it, and replies privately."""

import time
from dataclasses import dataclass
from typing import Any

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.runtime.clients import client
from lambdas.domain.runtime.secrets import secret_read_at_start
from lambdas.domain.runtime.settings import read_settings
from lambdas.domain.slack.commands.endpoint import SlackCommands
from lambdas.domain.slack.commands.replies import Replies
from lambdas.domain.slack.commands.throttle import Throttle
from lambdas.domain.store.audit_log import AuditLog
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.web.http import HttpRequest

COMMANDS_PER_MINUTE = 20
"""Rate limit per person and Lambda process."""


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    stage: str
    reviews_table: str
    audit_log_table: str
    required_approvals: int
    slack_signing_secret_parameter: str
    slack_channel: str
    slack_channel_id: str
    slack_team_id: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
IDENTITIES = Identities.of_the_stage()
COMMANDS = SlackCommands(
    store=ReviewStore(
        DYNAMODB, SETTINGS.reviews_table, AuditLog(DYNAMODB, SETTINGS.audit_log_table)
    ),
    replies=Replies(stage=SETTINGS.stage, needed=SETTINGS.required_approvals),
    rules=Rules(reviewers=frozenset(IDENTITIES.reviewers), slack_team=SETTINGS.slack_team_id),
    identities=IDENTITIES,
    channel=SETTINGS.slack_channel,
    channel_id=SETTINGS.slack_channel_id,
    signing_secret=secret_read_at_start(SETTINGS.slack_signing_secret_parameter),
    throttle=Throttle(limit=COMMANDS_PER_MINUTE, clock=time.monotonic),
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle an HTTP API event, payload format 2.0; no input raises."""
    return COMMANDS.handle(HttpRequest.from_event(event)).to_event()
