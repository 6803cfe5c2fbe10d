"""The decision API: which request does what, and which problem is which HTTP status."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from lambdas.shared.lifecycle.decide import decide
from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.review.errors import (
    AlreadyDecided,
    InvalidReason,
    NotAllowed,
    NotDelivered,
    ReviewEnded,
    ReviewError,
    ReviewNotFound,
    ReviewStands,
    Unavailable,
    check_not_over,
)
from lambdas.shared.review.events import Actor, Event
from lambdas.shared.review.review import UNVERIFIED, Outcome, Review, Way, is_review_id
from lambdas.shared.review.rules import Rules
from lambdas.shared.runtime import times
from lambdas.shared.runtime.clients import AWS_ERRORS
from lambdas.shared.web import pages
from lambdas.shared.web.http import Request, Response, as_json
from lambdas.shared.web.style import CONTENT_SECURITY_POLICY

_LOG = logging.getLogger(__name__)
_STATUS: dict[type[ReviewError], HTTPStatus] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    ReviewNotFound: HTTPStatus.NOT_FOUND,
    AlreadyDecided: HTTPStatus.CONFLICT,
    ReviewEnded: HTTPStatus.GONE,
    InvalidReason: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotDelivered: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_PUBLIC = (
    "review_id",
    "stage",
    "status",
    "title",
    "requested_by",
    "deadline",
    "rows",
    "flagged_rows",
    "flagged_share",
    "sha256",
)
_DECISION = ("decision", "reviewer", "reason", "via", "decided_at")
_PAGE = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}
_OUTCOMES = {"/approve": Outcome.APPROVED, "/reject": Outcome.REJECTED}


@dataclass(frozen=True, kw_only=True)
class DecisionApi:
    """Answers every request; a GET changes no review."""

    gate: AnsweringGate
    rules: Rules
    presign: Callable[[Review], str]
    slack_channel: str

    def answer(self, request: Request) -> Response:
        """Route a request. Every problem becomes an answer that says what to do next."""
        try:
            return self._route(request)
        except ReviewError as problem:
            return self._problem(request, problem)
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            return self._problem(request, Unavailable())

    def _route(self, request: Request) -> Response:
        outcome = _OUTCOMES.get(request.path)
        if outcome and request.method == "GET":
            return self._show(request, outcome)
        if outcome and request.method == "POST":
            return self._decide(request, outcome)
        if (request.method, request.path) == ("GET", "/evidence"):
            return self._evidence(request)
        if (request.method, request.path) == ("POST", "/slack/interactions"):
            # Reached only where the stage has no signing secret to verify Slack's clicks with.
            return as_json(
                HTTPStatus.UNAUTHORIZED, {"error": "Slack's buttons are not set up for this stage."}
            )
        return as_json(
            HTTPStatus.NOT_FOUND, {"error": "There is nothing here. Open the link from Slack."}
        )

    def _show(self, request: Request, outcome: Outcome) -> Response:
        review = self._review(request)
        self._note_opened(request, review)
        check_not_over(review)
        if request.wants_json:
            return as_json(HTTPStatus.OK, _facts(review))
        if review.status.is_decided:
            return _html(HTTPStatus.OK, pages.decided_page(review))
        if why := self.rules.forbids(UNVERIFIED, Way.LINK):
            page = pages.problem_page(self._in_slack(why), review)
            return _html(HTTPStatus.OK, page)
        return _html(HTTPStatus.OK, pages.form_page(review, outcome))

    def _decide(self, request: Request, outcome: Outcome) -> Response:
        if not is_review_id(request.review_id):
            raise ReviewNotFound
        reason = request.form.get("reason", "")
        try:
            review = decide(
                self.gate, self.rules, request.review_id, outcome, reason, _visitor(request)
            )
        except InvalidReason as problem:
            return self._ask_again(request, outcome, problem, reason)
        if request.wants_json:
            return as_json(HTTPStatus.OK, _facts(review))
        return _html(HTTPStatus.OK, pages.decided_page(review))

    def _ask_again(
        self, request: Request, outcome: Outcome, problem: InvalidReason, reason: str
    ) -> Response:
        review = self._review(request)
        check_not_over(review)
        if review.status.is_decided:
            raise AlreadyDecided(review)
        if request.wants_json:
            raise problem
        page = pages.form_page(review, outcome, str(problem), reason)
        return _html(HTTPStatus.UNPROCESSABLE_ENTITY, page)

    def _evidence(self, request: Request) -> Response:
        review = self._review(request)
        self._note_opened(request, review)
        check_not_over(review)
        return Response(status=HTTPStatus.FOUND, headers={"Location": self.presign(review)})

    def _problem(self, request: Request, problem: ReviewError) -> Response:
        status = _STATUS[type(problem)]
        review = problem.review if isinstance(problem, ReviewStands) else None
        if request.wants_json:
            facts = _facts(review) if review else {}
            return as_json(status, {"error": str(problem)} | facts)
        if isinstance(problem, AlreadyDecided):
            return _html(status, pages.decided_page(problem.review, "Already decided: "))
        text = str(problem)
        if isinstance(problem, NotAllowed):
            text = self._in_slack(text)
        return _html(status, pages.problem_page(text, review))

    def _in_slack(self, why: str) -> str:
        return f"{why} Use the buttons in {self.slack_channel}."

    def _note_opened(self, request: Request, review: Review) -> None:
        """Record who looked, as far as a link tells. People see the page even if that fails."""
        self.gate.store.record.append_if_possible(
            Event.OPENED,
            review,
            self.gate.now(),
            _visitor(request),
            request.path.removeprefix("/"),
        )

    def _review(self, request: Request) -> Review:
        if not is_review_id(request.review_id):
            raise ReviewNotFound
        return self.gate.store.get(request.review_id).seen_at(self.gate.now())


def _visitor(request: Request) -> Actor:
    return Actor(person=UNVERIFIED, via=Way.LINK, source_address=request.source_address)


def _html(status: HTTPStatus, page: str) -> Response:
    return Response(status=status, body=page, headers=_PAGE)


def _facts(review: Review) -> dict[str, Any]:
    """The facts for machines. Neither the task token nor the storage place is among them."""
    names = _PUBLIC + (_DECISION if review.status.is_decided else ())
    values = {name: getattr(review, name) for name in names}
    return {
        name: times.to_text(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
