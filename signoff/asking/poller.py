"""Polling a review for its decision."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from signoff.errors import InvalidCredentials, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from signoff.api import AskerApi, OwnReview

POLL_SECONDS = 1.0
UNREACHABLE_SECONDS = 120.0
"""How long a stage may be unreachable before waiting fails."""


class Poller:
    """Polls the status of an own review."""

    def __init__(self, api: AskerApi, review_id: str) -> None:
        self._api = api
        self.review_id = review_id
        self.review: OwnReview | None = None
        self.error = ""

    def until_decided(self, report: Callable[[Poller], None]) -> None:
        """Poll until there is an answer, and report after each poll.

        A failed poll is retried. Raises `Unreachable` after `UNREACHABLE_SECONDS` without a
        response, and immediately if the credentials are no longer valid.
        """
        responded_at = time.monotonic()
        pending = True
        while pending:
            try:
                self.review = self._api.review(self.review_id)
                pending = self.review["answer"] is None
                responded_at, self.error = time.monotonic(), ""
            except InvalidCredentials:
                raise
            except Unreachable as error:
                if time.monotonic() - responded_at > UNREACHABLE_SECONDS:
                    raise
                self.error = str(error)
            report(self)
            if pending:
                time.sleep(POLL_SECONDS)
