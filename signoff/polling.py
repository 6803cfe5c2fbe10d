"""Polling until something has ended."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from signoff.errors import Forbidden, InvalidCredentials, Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

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


@contextmanager
def resumable(
    stopped: str, follow_up: str, result: Mapping[str, Any], on_error: str = ""
) -> Generator[None]:
    """Add how to follow up to an interrupt, which raises `Refused`, and to errors while waiting.

    `stopped` describes an interrupt, `on_error` what an error leaves; `result` is for `--json`.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise Refused(f"\n{stopped}", follow_up, result) from None
    except (Forbidden, Unreachable) as error:
        error.hint = "\n".join(filter(None, (error.hint, on_error, follow_up)))
        error.result = result
        raise
