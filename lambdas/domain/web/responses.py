"""Reviews and errors as HTTP responses: pages for browsers, JSON for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from lambdas.domain.review.audience import LINK, OUTCOME, Audience, view
from lambdas.domain.review.errors import (
    AlreadyDecided,
    CannotCheck,
    EvidenceEnded,
    ForeignForm,
    InvalidAnswer,
    InvalidInput,
    InvalidReason,
    NoSuchEvidence,
    NotAForm,
    NotAllowed,
    NotDelivered,
    RemindedJustNow,
    RemindedOften,
    ReviewEnded,
    ReviewError,
    ReviewNotDelivered,
    ReviewNotFound,
    ReviewStands,
    TooManyPending,
    Unavailable,
    UnreadableRow,
)
from lambdas.domain.review.review import Outcome, Review
from lambdas.domain.web.form import problems_of
from lambdas.domain.web.html import CONTENT_SECURITY_POLICY
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json
from lambdas.domain.web.pages import Pages, problem_page

OUTCOMES = {"/approve": Outcome.APPROVED, "/reject": Outcome.REJECTED}
"""The decision that a POST to each path makes."""

STATUS: dict[type[ReviewError], HTTPStatus] = {
    ForeignForm: HTTPStatus.FORBIDDEN,
    NotAllowed: HTTPStatus.FORBIDDEN,
    ReviewNotFound: HTTPStatus.NOT_FOUND,
    AlreadyDecided: HTTPStatus.CONFLICT,
    ReviewEnded: HTTPStatus.GONE,
    EvidenceEnded: HTTPStatus.GONE,
    UnreadableRow: HTTPStatus.GONE,
    NoSuchEvidence: HTTPStatus.NOT_FOUND,
    NotAForm: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    InvalidAnswer: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidReason: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReviewNotDelivered: HTTPStatus.CONFLICT,
    TooManyPending: HTTPStatus.TOO_MANY_REQUESTS,
    RemindedJustNow: HTTPStatus.TOO_MANY_REQUESTS,
    RemindedOften: HTTPStatus.TOO_MANY_REQUESTS,
    CannotCheck: HTTPStatus.SERVICE_UNAVAILABLE,
    NotDelivered: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_PAGE = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}
_NOTHING_HERE = "Not found. Open the link in the Slack message again."


@dataclass(frozen=True, kw_only=True)
class Responses:
    """The responses of a stage, as pages or JSON."""

    pages: Pages
    named: Callable[[Review], Review]
    """Adds the requester's Slack name to a review."""

    def review(self, request: HttpRequest, review: Review, now: datetime) -> HttpResponse:
        """A review that is pending or decided."""
        if request.wants_json:
            return as_json(HTTPStatus.OK, facts_of(review, self.pages.rules.required_approvals))
        return _html(HTTPStatus.OK, self.pages.of(self.named(review), now))

    def problem(
        self,
        request: HttpRequest,
        problem: ReviewError,
        now: datetime,
        review: Review | None = None,
    ) -> HttpResponse:
        """An error, with the review where it is known."""
        status = STATUS[type(problem)]
        if isinstance(problem, ReviewStands):
            review = problem.review
        if request.wants_json:
            facts = facts_of(review, self.pages.rules.required_approvals) if review else {}
            return as_json(status, {"error": str(problem)} | facts)
        if review is None:
            return _html(status, problem_page(str(problem)))
        review = self.named(review)
        if isinstance(problem, InvalidAnswer | InvalidReason):
            problems = problems_of(review, OUTCOMES[request.path], request.form)
            page = self.pages.of(review, now, written=request.form, problems=problems)
        else:
            page = self.pages.of(review, now, self._alert(request, problem))
        return _html(status, page)

    def nothing_here(self, request: HttpRequest) -> HttpResponse:
        """404 for a path that does not exist."""
        if request.is_browser:
            return _html(HTTPStatus.NOT_FOUND, self.pages.nothing_here())
        return as_json(HTTPStatus.NOT_FOUND, {"error": _NOTHING_HERE})

    def _alert(self, request: HttpRequest, problem: ReviewError) -> str:
        """The alert for an error: only what the review's page does not show anyway."""
        clicked = "Your decision was not recorded." if request.method == "POST" else ""
        match problem:
            case ReviewEnded() | NotAllowed():
                return clicked
            case AlreadyDecided():
                return f"This review was already decided. {clicked}"
            case _:
                return str(problem)


def facts_of(review: Review, needed: int) -> dict[str, Any]:
    """A review as JSON for holders of its link; `needed` approvals decide it."""
    whom = (LINK, OUTCOME) if review.status.is_decided else (LINK,)
    return {
        **view(review, *whom),
        "evidence": files_of(review, LINK),
        **approvals_of(review, needed),
    }


def files_of(review: Review, *whom: Audience) -> list[dict[str, Any]]:
    """The evidence by the names that the pages show."""
    return [{"name": it.shown_name, **view(it, *whom)} for it in review.evidence]


def approvals_of(review: Review, needed: int) -> dict[str, int]:
    """The number of approvals, and how many are required."""
    return {"approvals": len(review.approvals), "required_approvals": needed}


def _html(status: HTTPStatus, page: str) -> HttpResponse:
    return HttpResponse(status=status, body=page, headers=_PAGE)
