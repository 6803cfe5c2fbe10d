"""A review on its way to the answer of people."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from signoff.errors import UnknownCaller, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from signoff.api import AskerApi, OwnReview

LOOK_EVERY_SECONDS = 1.0
SILENCE_SECONDS = 120.0
"""How long a stage may give no answer while somebody waits for one."""


class Following:
    """Sees how a review stands that was asked for."""

    def __init__(self, api: AskerApi, review_id: str) -> None:
        self._api = api
        self.review_id = review_id
        self.review: OwnReview | None = None
        self.trouble = ""

    def until_answered(self, tell: Callable[[Following], None]) -> None:
        """Look until there is an answer, and tell how it stands after each look.

        A look that fails says nothing about the review. Raises `Unreachable` where all looks have
        failed for long, and at once where nobody may look any more.
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
