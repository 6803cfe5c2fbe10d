"""Runs for every request to the asker API: takes requests, shows how they stand, withdraws."""

from typing import Any

from lambdas.shared.access.identities import Identities
from lambdas.shared.askers.api import AskerApi
from lambdas.shared.lifecycle.gate import Gate
from lambdas.shared.lifecycle.request import RequestSettings, ReviewRequests
from lambdas.shared.runtime.settings import read_settings
from lambdas.shared.web.http import Request

SETTINGS = read_settings(RequestSettings)
API = AskerApi(
    identities=Identities.of_the_stage(),
    requests=ReviewRequests.open(Gate.open(SETTINGS), SETTINGS, "asker"),
)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take an HTTP API event, payload format 2.0; no input raises."""
    return API.answer(Request.from_event(event)).to_event()
