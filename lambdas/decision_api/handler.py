"""Handles the decision API: shows reviews, takes decisions, redirects to evidence."""

from dataclasses import dataclass
from typing import Any

from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.gate import AnsweringGate, GateSettings
from lambdas.domain.runtime.clients import client, is_local
from lambdas.domain.runtime.settings import read_settings
from lambdas.domain.store.evidence import SECONDS_AT_THE_CLICK, presign
from lambdas.domain.web.http import HttpRequest
from lambdas.domain.web.pages import Pages
from lambdas.domain.web.routes import DecisionApi


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    slack_channel: str
    slack_channel_url: str
    slack_decides: str
    links_decide: str
    allow_self_approval: str


SETTINGS = read_settings(Settings)
S3 = client("s3")
API = DecisionApi(
    gate=AnsweringGate.open(SETTINGS),
    pages=Pages(
        rules=Rules(
            links_decide=SETTINGS.links_decide == "true",
            required_approvals=SETTINGS.required_approvals,
            allow_self_approval=SETTINGS.allow_self_approval == "true",
        ),
        slack_channel=SETTINGS.slack_channel,
        channel_url=SETTINGS.slack_channel_url,
        slack_decides=SETTINGS.slack_decides == "true",
        console_links=not is_local(S3),
    ),
    presign=lambda file: presign(S3, file, SECONDS_AT_THE_CLICK),
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle an HTTP API event in payload format 2.0. No input raises."""
    return API.handle(HttpRequest.from_event(event)).to_event()
