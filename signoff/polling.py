"""Polling until something has ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from signoff.errors import InvalidCredentials, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_SECONDS = 1.0
UNREACHABLE_SECONDS = 120.0
"""How long a stage may be unreachable before waiting fails."""
Polled = TypeVar("Polled")


def poll(
    fetch: Callable[[], Polled],
    has_ended: Callable[[Polled], bool],
    report: Callable[[Polled | None, str], None],
) -> Polled:
    """Fetch until it has ended, and report every state before, or the last one with an error.

    A failed request is retried. Raises `Unreachable` after `UNREACHABLE_SECONDS` without a
    response, and immediately if the credentials are no longer valid.
    """
    responded_at = time.monotonic()
    latest: Polled | None = None
    while True:
        try:
            latest = fetch()
        except InvalidCredentials:
            raise
        except Unreachable as error:
            if time.monotonic() - responded_at > UNREACHABLE_SECONDS:
                raise
            report(latest, str(error))
        else:
            if has_ended(latest):
                return latest
            responded_at = time.monotonic()
            report(latest, "")
        time.sleep(POLL_SECONDS)
