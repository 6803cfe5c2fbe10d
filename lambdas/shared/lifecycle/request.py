"""From what a caller hands over to a stored, announced review.

The execution that a caller names is shown to people, and finds its reviews when it ends. No answer
is ever looked up by it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from lambdas.shared.lifecycle.gate import Gate
from lambdas.shared.review.errors import InvalidInput, ReviewNotDelivered, as_object
from lambdas.shared.review.events import Event
from lambdas.shared.review.fields import exactly
from lambdas.shared.review.ids import LinkedId, new_link_key, review_id_of
from lambdas.shared.review.request import Evidence, Request
from lambdas.shared.review.request_rules import parse_request
from lambdas.shared.review.review import Review, Status
from lambdas.shared.review.time_plan import TimePlan

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ReviewRequests:
    """Turns callers that wait into reviews. Two AWS calls each: store, publish.

    One more for each file that the caller has not pinned, or whose size it has not stated.
    """

    gate: Gate
    stage: str
    decision_api_url: str
    caller_id: Literal["taskToken", "callbackId"]
    """What callers hand over to be answered by."""
    timeout: timedelta
    silence_approves: bool
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

        `payload`: `request`, `executionArn`, and `taskToken` or `callbackId`. A token or callback
        has one review, ever: a repeat returns the first, and announces it again while it is
        pending, since the first attempt may not have got that far.
        Raises `InvalidInput` if something is missing or wrong, and `ReviewNotDelivered` if nobody
        can be asked.
        """
        if self.slack_missing:
            _LOG.error("slack.unconnected", extra={"event": "slack.unconnected"})
            raise ReviewNotDelivered(self.stage, self.slack_missing)
        review = self._review(as_object("what the gate is handed", payload))
        added, review = self.gate.store.add(review)
        if added or review.status is Status.PENDING:
            self.gate.topic.announce(Event.REQUESTED, review)
        return review

    def _review(self, payload: Mapping[str, Any]) -> Review:
        try:
            execution_arn = exactly("executionArn", payload["executionArn"])
            caller = exactly(self.caller_id, payload[self.caller_id])
            given = payload["request"]
        except KeyError as missing:
            raise InvalidInput(f"the gate was handed no {missing.args[0]}") from None
        request = parse_request(given, self.evidence_places, self.timeout)
        if self.silence_approves:
            # A caller could have its way by giving people no time.
            request = replace(request, timeout=None)
        now = self.gate.now()
        linked_id = LinkedId(review_id_of(self.caller_id, caller), new_link_key())
        review = Review(
            **vars(self._with_files(request, linked_id)),
            review_id=linked_id.review_id,
            link_key=linked_id.link_key,
            stage=self.stage,
            execution_arn=execution_arn,
            task_token=caller if self.caller_id == "taskToken" else "",
            callback_id=caller if self.caller_id == "callbackId" else "",
            requested_at=now,
            deadline=now + (request.timeout or self.timeout),
            approval_link=self._link("approve", linked_id),
            rejection_link=self._link("reject", linked_id),
        )
        return replace(review, due_at=self.plan.next_look(review, now))

    def _with_files(self, request: Request, linked_id: LinkedId) -> Request:
        """The request with its files pinned, each with the link that people get."""
        files: list[Evidence] = []
        for n, file in enumerate(request.evidence):
            try:
                pinned = self.pin(file)
            except InvalidInput as problem:
                raise InvalidInput(f"evidence[{n}] {problem}") from None
            at_the_click = self._link("evidence", linked_id) + (f"&n={n}" if n else "")
            files.append(replace(pinned, link=self.evidence_link(pinned, at_the_click)))
        return replace(request, evidence=tuple(files))

    def _link(self, page: str, linked_id: LinkedId) -> str:
        return f"{self.decision_api_url}/{page}?review={linked_id}"
