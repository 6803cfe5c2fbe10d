"""Handle requests to the asker API: request reviews, show them, withdraw."""

from typing import Any

from lambdas.domain.access.identities import Identities
from lambdas.domain.askers.api import AskerApi
from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.lifecycle.request import RequestSettings, ReviewRequests
from lambdas.domain.runtime.settings import read_settings
from lambdas.domain.web.http import HttpRequest

SETTINGS = read_settings(RequestSettings)
API = AskerApi(
    identities=Identities.of_the_stage(),
    requests=ReviewRequests.open(Gate.open(SETTINGS), SETTINGS, "asker"),
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle an HTTP API event, payload format 2.0. No input raises."""
    return API.handle(HttpRequest.from_event(event)).to_event()
