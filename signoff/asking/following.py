"""A request on its way: from the execution that asks to the answer of people."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

from signoff.errors import Forbidden, SignoffError, UnknownCaller, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from signoff.api import OperatorApi, Summary
    from signoff.executions import Executions, State

LOOK_EVERY_SECONDS = 1.0
ASKED_WITHIN_SECONDS = 30.0
"""A cold function and Step Functions take some seconds until the review is there."""
SILENCE_SECONDS = 120.0
"""How long a stage may give no answer while somebody waits for one."""
_NEWEST = 50


class Following:
    """Sees how an execution of the review machine stands, and the review that it made."""

    def __init__(self, executions: Executions, api: OperatorApi, arn: str) -> None:
        self._executions = executions
        self._api = api
        self._arn = arn
        self._may_look = True
        self.review: Summary | None = None
        self.state: State | None = None
        self.trouble = ""

    def until_asked(self) -> None:
        """Look until people are asked, or the gate has refused to ask them."""
        end = time.monotonic() + ASKED_WITHIN_SECONDS
        while self._look() and not self.review and self._may_look and time.monotonic() < end:
            time.sleep(LOOK_EVERY_SECONDS)

    def until_answered(self, tell: Callable[[Following], None]) -> None:
        """Look until the execution has ended, and tell how it stands after each look.

        A look that fails says nothing about the review. Raises `Unreachable` where all looks have
        failed for long, and at once where nobody may look any more.
        """
        answered_at = time.monotonic()
        goes_on = True
        while goes_on:
            try:
                goes_on = self._look()
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

    def _look(self) -> bool:
        """See how both stand, and tell whether the execution still runs."""
        self.state = self._executions.state(self._arn)
        if self._may_look and not (self.review and self.state.has_ended):
            try:
                self.review = self._found()
            except Forbidden:  # whoever may ask need not be an operator
                self._may_look = False
            except SignoffError:
                if not self.state.has_ended:  # else the answer is there, and is what counts
                    raise
        return not self.state.has_ended

    def _found(self) -> Summary | None:
        if self.review:
            return self._api.review(self.review["review_id"])
        newest = islice(self._api.reviews("ALL"), _NEWEST)
        # Anybody who may ask can claim the execution afterwards: ours is the first one.
        return next((it for it in reversed([*newest]) if it["execution_arn"] == self._arn), None)
