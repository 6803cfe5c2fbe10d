"""Client of the asker API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from signoff.api.client import ApiClient
from signoff.errors import ResponseLost, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.api.shapes import OwnReview
    from signoff.stage import Stage


class AskerApi:
    """The user's own reviews."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        url = f"{stage.output('decision_api_url').rstrip('/')}/asker"
        self._calls = ApiClient(stage, url, for_askers=True)

    def ask(self, request: Mapping[str, Any]) -> str:
        """Request a review, without retries, and return its ID.

        Raises `WrongUsage` for an invalid request, and `ResponseLost` if the review may have been
        created nevertheless.
        """
        try:
            return str(self._calls.post("/reviews", request)["review_id"])
        except WrongUsage as error:
            raise WrongUsage(f"Invalid request: {error}") from None
        except ResponseLost as error:
            raise ResponseLost(
                f"{error} The review may or may not have been requested.",
                f"Check your requests: {self._stage.command('list')}",
            ) from None

    def review(self, review_id: str) -> OwnReview:
        """Return an own review. Raises `ReviewNotFound`."""
        return cast("OwnReview", self._calls.get(f"/reviews/{review_id}"))

    def withdraw(self, review_id: str, reason: str) -> OwnReview:
        """Withdraw an own review, which fails its caller. Raises `ReviewNotFound`."""
        body = {"reason": reason}
        try:
            return cast("OwnReview", self._calls.post(f"/reviews/{review_id}/withdraw", body))
        except ResponseLost as error:
            raise ResponseLost(
                f"{error} The review may or may not have been withdrawn.",
                f"Check it: {self._stage.command('wait', review_id)}",
            ) from None
