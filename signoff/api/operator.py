"""Client of the operator API."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from signoff.api.client import PAUSE_SECONDS, TRIES, ApiClient
from signoff.aws import caller_arn
from signoff.errors import Refused, ResponseLost

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from signoff.api.shapes import Review, ReviewSummary
    from signoff.stage import Stage

_EVENTS = {
    "approve": ("review.approval", "review.decided"),
    "reject": ("review.decided",),
    "cancel": ("review.cancelled",),
    "remind": ("review.reminder",),
}
"""The audit events of each action."""
MOST_ENTRIES = 1000
"""Far more audit entries than a review can have."""
_DECISIONS = {"approve": "approved", "reject": "rejected"}


class OperatorApi:
    """The reviews of a stage, for an operator."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._calls = ApiClient(stage, stage.output("operator_api_url"))

    def reviews(self, status: str) -> Generator[ReviewSummary]:
        """Iterate over the reviews with a status, fetching pages as needed."""
        query = {"status": status, "next": None}
        while True:
            page = self._calls.get("/reviews", query)
            yield from cast("list[ReviewSummary]", page["reviews"])
            if not page.get("next"):
                return
            query = {"status": status, "next": str(page["next"])}

    def first(self, status: str, limit: int) -> tuple[list[ReviewSummary], bool]:
        """Return the first reviews with a status, and whether there are more."""
        found = list(islice(self.reviews(status), limit + 1))
        return found[:limit], len(found) > limit

    def review(self, review_id: str) -> Review:
        """Return a review with all its audit entries. Raises `ReviewNotFound`.

        Beyond `MOST_ENTRIES` entries, `next` is the cursor of the rest.
        """
        path = f"/reviews/{review_id}"
        review = cast("Review", self._calls.get(path))
        entries, cursor = review.get("audit_entries", []), review.get("next")
        while cursor and len(entries) < MOST_ENTRIES:
            page = self._calls.get(path, {"next": cursor})
            entries += page["audit_entries"]
            cursor = page["next"]
        review["next"] = cursor
        return review

    def decide(self, review: Review, verb: str, reason: str, answers: Mapping[str, str]) -> Review:
        """Approve or reject."""
        return self._send(review, verb, {"reason": reason, "answers": dict(answers)})

    def cancel(self, review: Review, reason: str) -> Review:
        """Cancel a review, which fails its caller."""
        return self._send(review, "cancel", {"reason": reason})

    def remind(self, review: Review) -> Review:
        """Post a reminder in the channel."""
        return self._send(review, "remind", {})

    def _send(self, review: Review, verb: str, body: dict[str, Any]) -> Review:
        """Send an action until there is a response; `review` is its state before.

        Actions are idempotent. A retry may be refused because the first attempt, whose response was
        lost, succeeded.
        """
        lost: ResponseLost | None = None
        for _ in range(TRIES):
            try:
                return cast(
                    "Review", self._calls.post(f"/reviews/{review['review_id']}/{verb}", body)
                )
            except ResponseLost as error:
                lost = error
            except Refused:
                done = self._done_by_caller(review, verb) if lost else None
                if done is None:
                    raise
                return done
        raise ResponseLost(
            f"{lost} The request may or may not have taken effect.",
            f"Check the review: {self._stage.command('show', review['review_id'])}",
        )

    def _done_by_caller(self, before: Review, verb: str) -> Review | None:
        """Return the review if the caller has done this since; audit entries may lag."""
        me = caller_arn(self._stage)
        for _ in range(TRIES):
            now = self.review(before["review_id"])
            new = now.get("audit_entries", [])[len(before.get("audit_entries", [])) :]
            decision, identity = now["decision"], now["reviewer_identity"]
            if (decision, identity) == (_DECISIONS.get(verb, ""), me):
                return now
            if any(
                it["event"] in _EVENTS[verb] and it["identity"].rpartition(" ")[2] == me
                for it in new
            ):
                return now
            time.sleep(PAUSE_SECONDS)
        return None
