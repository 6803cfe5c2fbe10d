"""Store and announce a review while its caller waits for the answer.

Several functions run this code, so that IAM distinguishes callers: one accepts task tokens from
hosts, one callback ids from durable functions, and each verified host has its own.
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
    """What identifies a waiting caller of this function."""
    workflow: str
    """The only verified host that may call this function; empty if others may."""
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
    """Handle a caller's request (`ReviewRequests.request`). The answer is sent later.

    Raises `InvalidInput`, `RequesterNotVerified` or `ReviewNotDelivered`, which fail the caller at
    once.
    """
    review = REQUESTS.request(event)
    _LOG.info(
        "review.requested",
        extra={"event": "review.requested", "review_id": review.review_id},
    )
