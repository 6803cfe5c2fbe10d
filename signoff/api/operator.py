"""What the operator API does, each a method."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

from signoff.api.calls import TRIES, Calls
from signoff.api.refusals import ReviewStands, TooSoon
from signoff.errors import NoSuchReview, Unanswered, WrongUsage
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from signoff.api.shapes import Review, Summary
    from signoff.stage import Stage

SHORT = 8
"""As many characters of an id the API itself looks up."""
WHOLE = 32
_DECISIONS = {"approve": "approved", "reject": "rejected"}
Done = TypeVar("Done")


class OperatorApi:
    """The reviews of a stage, seen and steered by somebody whom IAM knows."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._calls = Calls(stage)

    def reviews(self, status: str) -> Generator[Summary]:
        """Give the reviews of a status, page by page, as far as somebody reads."""
        query = {"status": status, "next": None}
        while True:
            page = self._calls.get("/reviews", query)
            yield from cast("list[Summary]", page["reviews"])
            if not page.get("next"):
                return
            query = {"status": status, "next": str(page["next"])}

    def latest(self, status: str, limit: int) -> tuple[list[Summary], bool]:
        """Give the first reviews of a status, and whether there are more."""
        found = list(islice(self.reviews(status), limit + 1))
        return found[:limit], len(found) > limit

    def review(self, given: str) -> Review:
        """Find a review by its id, or the first characters of it.

        Raises `NoSuchReview`, and `WrongUsage` where several reviews begin so.
        """
        wanted = given if len(given) >= SHORT else self._waiting(given)
        path = wanted if len(wanted) == WHOLE else wanted[:SHORT]
        found = cast("Review", self._calls.get(f"/reviews/{path}"))
        if not found["review_id"].startswith(given):
            raise NoSuchReview(
                f'No review begins with "{given}".',
                f"What waits: signoff list {self._stage.option}",
            )
        return found

    def decide(self, review: Review, verb: str, reason: str, answers: Mapping[str, str]) -> Review:
        """Approve or reject. A lost answer is asked for once more: it stays one decision."""

        def is_ours(stands: Review) -> bool:
            same = stands["decision"] == _DECISIONS[verb] and line(stands["reason"]) == line(reason)
            return same and stands["via"] == "cli"

        body = {"reason": reason, "answers": dict(answers)}
        return self._insist(review, verb, body, is_ours)

    def cancel(self, review: Review, reason: str) -> Review:
        """Call a review off, which fails its caller."""
        return self._insist(
            review, "cancel", {"reason": reason}, lambda stands: stands["status"] == "CANCELLED"
        )

    def remind(self, review: Review) -> Review:
        """Tell the channel now."""
        return self._insist(review, "remind", {}, lambda _stands: False)

    def _insist(
        self, review: Review, verb: str, body: dict[str, Any], is_ours: Callable[[Review], bool]
    ) -> Review:
        """Send it until an answer comes. What stands in its way then may be its own work."""
        path = f"/reviews/{review['review_id']}/{verb}"
        lost: Unanswered | None = None
        for _ in range(TRIES):
            try:
                return cast("Review", self._calls.post(path, body))
            except Unanswered as error:
                lost = error
            except ReviewStands as error:
                if lost and is_ours(error.review):
                    return error.review
                raise
            except TooSoon:
                if lost and verb == "remind":
                    return review
                raise
        raise Unanswered(
            f"{lost} Nobody knows whether it was done.",
            f"Look: signoff show {review['review_id'][:SHORT]} {self._stage.option}",
        )

    def _waiting(self, given: str) -> str:
        """Find the one waiting review whose id begins so."""
        found = [
            it["review_id"] for it in self.reviews("PENDING") if it["review_id"].startswith(given)
        ]
        if not found:
            raise NoSuchReview(
                f'No waiting review begins with "{given}".',
                f"What is over takes {SHORT} characters: signoff history {self._stage.option}",
            )
        if len(found) > 1:
            raise WrongUsage(
                f'{len(found)} waiting reviews begin with "{given}": '
                + ", ".join(line(it)[:SHORT] for it in found),
                "Give more of the id.",
            )
        return found[0]
