"""Runs while a caller waits: stores the review with what answers the caller, and announces it.

There are several functions of this code, so that IAM tells callers apart: one accepts task tokens
from hosts, one callback ids from durable functions, and each verified host has its own.
"""

import logging
from dataclasses import dataclass
from typing import Any, Literal

from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.lifecycle.request import RequestSettings, ReviewRequests
from lambdas.domain.runtime.settings import read_settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings(RequestSettings):
    """The function's environment."""

    caller_id: Literal["taskToken", "callbackId"]
    """What callers of this function are answered by."""
    workflow: str
    """The verified host that alone may call this function; empty where others may."""
    require_verified_requester: str


SETTINGS = read_settings(Settings)
REQUESTS = ReviewRequests.open(
    Gate.open(SETTINGS),
    SETTINGS,
    SETTINGS.caller_id,
    workflow=SETTINGS.workflow,
    only_verified=SETTINGS.require_verified_requester == "true",
)


def handle(event: dict[str, Any], _context: object) -> None:
    """Take what a caller hands over (`ReviewRequests.request`); the answer comes later.

    Raises `InvalidInput`, `RequesterNotVerified` or `ReviewNotDelivered`, with which the caller
    fails at once.
    """
    review = REQUESTS.request(event)
    _LOG.info(
        "review.requested",
        extra={"event": "review.requested", "review_id": review.review_id},
    )
