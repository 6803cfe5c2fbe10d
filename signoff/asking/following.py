"""Polling a review for its decision."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from signoff.errors import UnknownCaller, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from signoff.api import AskerApi, OwnReview

LOOK_EVERY_SECONDS = 1.0
SILENCE_SECONDS = 120.0
"""How long a stage may be unreachable before waiting fails."""


class Following:
    """Polls the status of an own review."""

    def __init__(self, api: AskerApi, review_id: str) -> None:
        self._api = api
        self.review_id = review_id
        self.review: OwnReview | None = None
        self.trouble = ""

    def until_answered(self, tell: Callable[[Following], None]) -> None:
        """Poll until there is an answer, and report after each poll.

        A failed poll is retried. Raises `Unreachable` after `SILENCE_SECONDS` without a response,
        and at once if the credentials are no longer valid.
        """
        answered_at = time.monotonic()
        goes_on = True
        while goes_on:
            try:
                self.review = self._api.review(self.review_id)
                goes_on = self.review["answer"] is None
                answered_at, self.trouble = time.monotonic(), ""
            except UnknownCaller:
                raise
            except Unreachable as error:
                if time.monotonic() - answered_at > SILENCE_SECONDS:
                    raise
                self.trouble = str(error)
            tell(self)
            if goes_on:
                time.sleep(LOOK_EVERY_SECONDS)
