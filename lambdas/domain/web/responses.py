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
    RemindedRecently,
    ReviewEnded,
    ReviewError,
    ReviewNotDelivered,
    ReviewNotFound,
    ReviewStateError,
    TooManyPending,
    TooManyReminders,
    Unavailable,
    UnreadableRow,
)
from lambdas.domain.review.review import Outcome, Review
from lambdas.domain.web.form import form_errors, resubmit_form
from lambdas.domain.web.html import CONTENT_SECURITY_POLICY
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json
from lambdas.domain.web.pages import Pages

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
    RemindedRecently: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyReminders: HTTPStatus.TOO_MANY_REQUESTS,
    CannotCheck: HTTPStatus.SERVICE_UNAVAILABLE,
    NotDelivered: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}
_OPEN_THE_LINK = "Open the link in the Slack message again."


@dataclass(frozen=True, kw_only=True)
class Responses:
    """The responses of a stage, as pages or JSON."""

    pages: Pages
    with_message: Callable[[Review], Review]
    """Adds the requester's Slack name and the Slack message to a review."""

    def review(self, request: HttpRequest, review: Review, now: datetime) -> HttpResponse:
        """A review that is pending or decided."""
        if request.wants_json:
            return as_json(HTTPStatus.OK, facts_of(review, self.pages.rules.required_approvals))
        return _html(HTTPStatus.OK, self.pages.of(self.with_message(review), now))

    def error(
        self,
        request: HttpRequest,
        error: ReviewError,
        now: datetime,
        review: Review | None = None,
    ) -> HttpResponse:
        """An error, with the review where it is known."""
        status = STATUS[type(error)]
        if isinstance(error, ReviewStateError):
            review = error.review
        if request.wants_json:
            facts = facts_of(review, self.pages.rules.required_approvals) if review else {}
            return as_json(status, {"error": str(error)} | facts)
        if review is None:
            return _html(status, self._error_page(request, error))
        review = self.with_message(review)
        if isinstance(error, InvalidAnswer | InvalidReason):
            errors = form_errors(review, OUTCOMES[request.path], request.form)
            page = self.pages.of(review, now, values=request.form, errors=errors)
        else:
            page = self.pages.of(review, now, self._alert(request, error))
        return _html(status, page)

    def not_found(self, request: HttpRequest) -> HttpResponse:
        """404 for a path that does not exist."""
        if request.is_browser:
            page = self.pages.error("Page not found", _OPEN_THE_LINK)
            return _html(HTTPStatus.NOT_FOUND, page)
        return as_json(HTTPStatus.NOT_FOUND, {"error": f"Not found. {_OPEN_THE_LINK}"})

    def _error_page(self, request: HttpRequest, error: ReviewError) -> str:
        """What happened, and what to do in a browser."""
        match error:
            case ReviewNotFound():
                text = f"The link does not match a review in this stage. {_OPEN_THE_LINK}"
                return self.pages.error("Review not found", text)
            case ForeignForm():
                return self.pages.error("Form ignored", str(error))
            case Unavailable() if request.method == "POST":
                again = resubmit_form(request.path, request.form)
                return self.pages.error("Decision not confirmed", "AWS did not respond.", again)
            case Unavailable():
                return self.pages.error("Not available", "AWS did not respond. Reload the page.")
            case UnreadableRow():
                return self.pages.error("Review damaged", str(error))
            case _:
                return self.pages.error("Something went wrong", str(error))

    def _alert(self, request: HttpRequest, error: ReviewError) -> str:
        """The alert for an error: only what the review's page does not show anyway."""
        clicked = "Your decision was not recorded." if request.method == "POST" else ""
        match error:
            case ReviewEnded() | NotAllowed():
                return clicked
            case AlreadyDecided():
                return f"This review was already decided. {clicked}"
            case _:
                return str(error)


def facts_of(review: Review, needed: int) -> dict[str, Any]:
    """A review as JSON for holders of its link; `needed` approvals decide it."""
    audiences = (LINK, OUTCOME) if review.status.is_decided else (LINK,)
    return {
        **view(review, *audiences),
        "evidence": files_of(review, LINK),
        **approvals_of(review, needed),
    }


def files_of(review: Review, *audiences: Audience) -> list[dict[str, Any]]:
    """The evidence by the names that the pages show."""
    return [{"name": it.shown_name, **view(it, *audiences)} for it in review.evidence]


def approvals_of(review: Review, needed: int) -> dict[str, int]:
    """The number of approvals, and how many are required."""
    return {"approvals": len(review.approvals), "required_approvals": needed}


def _html(status: HTTPStatus, page: str) -> HttpResponse:
    return HttpResponse(status=status, body=page, headers=_PAGE_HEADERS)
