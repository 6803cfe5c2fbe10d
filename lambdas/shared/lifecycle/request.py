"""From what a caller hands over to a stored, announced review."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lambdas.shared.lifecycle.gate import Gate
from lambdas.shared.review.errors import InvalidInput, ReviewNotDelivered, as_object
from lambdas.shared.review.events import Event
from lambdas.shared.review.fields import exactly, moment
from lambdas.shared.review.request import Evidence, Request
from lambdas.shared.review.request_rules import parse_request
from lambdas.shared.review.review import Review, new_review_id
from lambdas.shared.review.time_plan import TimePlan

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ReviewRequests:
    """Turns waiting callers into reviews. Two AWS calls each: store, publish.

    One more for each file that the caller has not pinned, or whose size it has not told.
    """

    gate: Gate
    stage: str
    decision_api_url: str
    timeout: timedelta
    plan: TimePlan
    slack_missing: str
    """What to do before anybody can be asked; empty where there is nothing to do."""
    evidence_places: tuple[str, ...]
    """Where files may be: buckets, each with the prefix of its keys."""
    pin: Callable[[Evidence], Evidence]
    """Finds the version of a file that people will see, and what is known of it."""
    evidence_link: Callable[[Evidence, str], str]
    """From a file and the link that presigns at the click to the link that people get."""

    def request(self, payload: Mapping[str, Any]) -> Review:
        """Store and announce a review.

        `payload`: `request`, `executionArn`, and how the caller is answered: `taskToken`, with
        `enteredAt` (ISO 8601), since when its task waits; or `callbackId`.
        Raises `InvalidInput` where something is missing or wrong, and `ReviewNotDelivered` where
        nobody can be asked.
        """
        if self.slack_missing:
            _LOG.error("slack.unconnected", extra={"event": "slack.unconnected"})
            raise ReviewNotDelivered(self.stage, self.slack_missing)
        review = self._review(as_object("what the gate is handed", payload))
        self.gate.store.add(review)
        self.gate.topic.announce(Event.REQUESTED, review)
        return review

    def _review(self, payload: Mapping[str, Any]) -> Review:
        try:
            execution_arn = exactly("executionArn", payload["executionArn"])
            task_token, callback_id = "", ""
            if "callbackId" in payload:
                callback_id = exactly("callbackId", payload["callbackId"])
                waits_since = self.gate.now()
            else:
                task_token = exactly("taskToken", payload["taskToken"])
                waits_since = moment("enteredAt", payload["enteredAt"])
            given = payload["request"]
        except KeyError as missing:
            raise InvalidInput(f"the gate was handed no {missing.args[0]}") from None
        request = parse_request(given, self.evidence_places, self.timeout)
        review_id = new_review_id()
        review = Review(
            **vars(self._with_files(request, review_id)),
            review_id=review_id,
            stage=self.stage,
            execution_arn=execution_arn,
            task_token=task_token,
            callback_id=callback_id,
            requested_at=waits_since,
            deadline=waits_since + (request.timeout or self.timeout),
            approval_link=self._link("approve", review_id),
            rejection_link=self._link("reject", review_id),
        )
        return replace(review, due_at=self.plan.next_look(review, waits_since))

    def _with_files(self, request: Request, review_id: str) -> Request:
        """The request with its files pinned, each with the link that people get."""
        files: list[Evidence] = []
        for n, file in enumerate(request.evidence):
            try:
                pinned = self.pin(file)
            except InvalidInput as problem:
                raise InvalidInput(f"evidence[{n}] {problem}") from None
            at_the_click = self._link("evidence", review_id) + (f"&n={n}" if n else "")
            files.append(replace(pinned, link=self.evidence_link(pinned, at_the_click)))
        return replace(request, evidence=tuple(files))

    def _link(self, page: str, review_id: str) -> str:
        return f"{self.decision_api_url}/{page}?review={review_id}"
