"""What the asker API does, each a method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from signoff.api.calls import Calls
from signoff.errors import Refused, Unanswered, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.api.shapes import OwnReview
    from signoff.stage import Stage


class AskerApi:
    """Reviews that whoever runs the command asks for; nobody else's."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        url = f"{stage.output('decision_api_url').rstrip('/')}/asker"
        self._calls = Calls(stage, url, asks=True)

    def ask(self, request: Mapping[str, Any]) -> str:
        """Ask people, once, and give the review's id.

        Raises `Refused` where the gate does not ask this, and `Unanswered` where people may have
        been asked all the same.
        """
        try:
            return str(self._calls.post("/reviews", request)["review_id"])
        except WrongUsage as error:
            raise Refused(f"The gate does not ask this: {error}") from None
        except Unanswered as error:
            raise Unanswered(
                f"{error} Nobody knows whether people were asked.",
                f"Look: signoff list {self._stage.option}",
            ) from None

    def review(self, review_id: str) -> OwnReview:
        """See how a review stands. Raises `NoSuchReview`."""
        return cast("OwnReview", self._calls.get(f"/reviews/{review_id}"))
