"""The decision API: which request does what, and which problem is which HTTP status."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.shared import pages, times
from lambdas.shared.decisions import Decisions
from lambdas.shared.http import Request, Response, as_json, html, redirect
from lambdas.shared.page_style import CONTENT_SECURITY_POLICY
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.reviews import (
    UNVERIFIED,
    AlreadyDecided,
    InvalidReason,
    NotDelivered,
    Outcome,
    Review,
    ReviewEnded,
    ReviewNotFound,
    Status,
    Way,
    is_review_id,
)

_LOG = logging.getLogger(__name__)
_OUTCOMES = {"/approve": Outcome.APPROVED, "/reject": Outcome.REJECTED}


@dataclass(frozen=True, kw_only=True)
class DecisionApi:
    """Answers every request; a GET only reads."""

    store: ReviewStore
    decisions: Decisions
    presign: Callable[[Review], str]
    now: Callable[[], datetime] = times.now

    def answer(self, request: Request) -> Response:
        """Route a request. Every problem becomes an answer that says what to do next."""
        try:
            return self._route(request)
        except ReviewNotFound:
            return _not_found(request)
        except AlreadyDecided as lost:
            return _decided(request, HTTPStatus.CONFLICT, lost.review, "Already decided: ")
        except ReviewEnded as over:
            return _ended(request, over.review, over.review.status)
        except NotDelivered as unsure:
            return _undelivered(request, unsure.review)
        except (ClientError, BotoCoreError) as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            return _unavailable(request)

    def _route(self, request: Request) -> Response:
        outcome = _OUTCOMES.get(request.path)
        if outcome and request.method == "GET":
            return self._show(request, outcome)
        if outcome and request.method == "POST":
            return self._decide(request, outcome)
        if (request.method, request.path) == ("GET", "/evidence"):
            return self._evidence(request)
        return as_json(
            HTTPStatus.NOT_FOUND, {"error": "There is nothing here. Open the link from Slack."}
        )

    def _show(self, request: Request, outcome: Outcome) -> Response:
        review = self._review(request)
        status = review.status_at(self.now())
        if status.is_decided:
            return _decided(request, HTTPStatus.OK, review)
        if status is not Status.PENDING:
            return _ended(request, review, status)
        if request.wants_json:
            return as_json(HTTPStatus.OK, _as_dict(review, status))
        return _html(HTTPStatus.OK, pages.form_page(review, outcome))

    def _decide(self, request: Request, outcome: Outcome) -> Response:
        if not is_review_id(request.review_id):
            raise ReviewNotFound(request.review_id)
        reason = request.form.get("reason", "")
        try:
            review = self.decisions.decide(
                request.review_id, outcome, reviewer=UNVERIFIED, reason=reason, via=Way.LINK
            )
        except InvalidReason as problem:
            return self._ask_again(request, outcome, str(problem), reason)
        return _decided(request, HTTPStatus.OK, review)

    def _ask_again(self, request: Request, outcome: Outcome, problem: str, reason: str) -> Response:
        review = self._review(request)
        status = review.status_at(self.now())
        if status.is_decided:
            raise AlreadyDecided(review)
        if status is not Status.PENDING:
            return _ended(request, review, status)
        if request.wants_json:
            return as_json(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": problem})
        page = pages.form_page(review, outcome, problem, reason)
        return _html(HTTPStatus.UNPROCESSABLE_ENTITY, page)

    def _evidence(self, request: Request) -> Response:
        review = self._review(request)
        status = review.status_at(self.now())
        if status is not Status.PENDING and not status.is_decided:
            return _ended(request, review, status)
        return redirect(self.presign(review))

    def _review(self, request: Request) -> Review:
        if not is_review_id(request.review_id):
            raise ReviewNotFound(request.review_id)
        return self.store.get(request.review_id)


def _html(status: HTTPStatus, page: str) -> Response:
    return html(status, page, CONTENT_SECURITY_POLICY)


def _decided(request: Request, status: HTTPStatus, review: Review, note: str = "") -> Response:
    if not request.wants_json:
        return _html(status, pages.decided_page(review, note))
    facts = _as_dict(review, review.status)
    if status is HTTPStatus.CONFLICT:
        error = f"This review was already {review.decision} by {review.reviewer}."
        facts = {"error": error} | facts
    return as_json(status, facts)


def _ended(request: Request, review: Review, status: Status) -> Response:
    if not request.wants_json:
        return _html(HTTPStatus.GONE, pages.ended_page(review, status))
    error = {"error": f"This review is over: {status}. Nothing was decided by this click."}
    return as_json(HTTPStatus.GONE, error | _as_dict(review, status))


def _not_found(request: Request) -> Response:
    if request.wants_json:
        return as_json(HTTPStatus.NOT_FOUND, {"error": "There is no such review in this stage."})
    return _html(HTTPStatus.NOT_FOUND, pages.not_found_page())


def _undelivered(request: Request, review: Review) -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if request.wants_json:
        error = "Recorded, but not confirmed by Step Functions: send it again in half a minute."
        return as_json(status, {"error": error, "review_id": review.review_id})
    return _html(status, pages.undelivered_decision_page(review))


def _unavailable(request: Request) -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if request.wants_json:
        return as_json(status, {"error": "AWS did not answer in time. Send it again."})
    return _html(status, pages.unavailable_page())


_FACTS = ("review_id", "stage", "title", "requested_by", "deadline", "sha256")
_FIGURES = ("rows", "flagged_rows", "flagged_share")
_DECISION = ("decision", "reviewer", "reason", "via", "decided_at")


def _as_dict(review: Review, status: Status) -> dict[str, Any]:
    """The facts for machines. Neither the task token nor the storage place is among them."""
    names = _FACTS + _FIGURES + (_DECISION if status.is_decided else ())
    values = {name: getattr(review, name) for name in names}
    return {"status": status} | {
        name: times.to_text(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
