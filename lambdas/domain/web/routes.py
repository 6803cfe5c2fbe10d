"""The routes of the decision API."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from lambdas.domain.lifecycle.decide import DecisionInput, decide
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.review.errors import (
    AlreadyDecided,
    EvidenceEnded,
    ForeignForm,
    InvalidAnswer,
    InvalidReason,
    NoSuchEvidence,
    NotAForm,
    ReviewError,
    ReviewNotFound,
    Unavailable,
    check_not_ended,
)
from lambdas.domain.review.events import Actor
from lambdas.domain.review.ids import LinkedId
from lambdas.domain.review.questions import form_answers
from lambdas.domain.review.request import Evidence
from lambdas.domain.review.review import UNVERIFIED, Outcome, Review, Way
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.store.visits import open_review
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json, is_certificate_check
from lambdas.domain.web.pages import Pages
from lambdas.domain.web.responses import OUTCOMES, Responses

_LOG = logging.getLogger(__name__)
_NO_SIGNING_SECRET = {
    "response_type": "ephemeral",
    "text": (
        "This stage has no signing secret, so it cannot verify requests from Slack. To enable"
        " `/signoff`, copy the *Signing Secret* from the Slack app's *Basic Information* page, set"
        " it as `slackSigningSecret`, and run `pulumi up`."
    ),
}
"""An ephemeral response: https://docs.slack.dev/interactivity/implementing-slash-commands"""


@dataclass(frozen=True, kw_only=True)
class DecisionApi:
    """Handles every request. A GET never decides; a HEAD is a GET without its body."""

    gate: AnsweringGate
    pages: Pages
    presign: Callable[[Evidence], str]

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Route a request. Every error becomes a response that says what to do next."""
        if request.method == "HEAD":
            return replace(self.handle(replace(request, method="GET")), body="")
        try:
            return self._route(request)
        except ReviewError as error:
            return self._responses.error(request, error, self.gate.now())
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            return self._responses.error(request, Unavailable(), self.gate.now())

    def _route(self, request: HttpRequest) -> HttpResponse:
        outcome = OUTCOMES.get(request.path)
        if outcome and request.method == "GET":
            return self._show(request)
        if outcome and request.method == "POST":
            return self._decide(request, outcome)
        if (request.method, request.path) == ("GET", "/evidence"):
            return self._evidence(request)
        # With a signing secret, these paths have functions of their own.
        if (request.method, request.path) == ("POST", "/slack/interactions"):
            # A click on a link button: without a 200, Slack shows a warning.
            return HttpResponse(status=HTTPStatus.OK)
        if (request.method, request.path) == ("POST", "/slack/commands"):
            return as_json(HTTPStatus.OK, _NO_SIGNING_SECRET)
        if is_certificate_check(request):
            return HttpResponse(status=HTTPStatus.OK)
        return self._responses.not_found(request)

    def _show(self, request: HttpRequest) -> HttpResponse:
        review = self._visited(request)
        check_not_ended(review)
        return self._responses.review(request, review, self.gate.now())

    def _decide(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        if request.is_cross_site:
            raise ForeignForm
        if not request.is_form:
            raise NotAForm
        linked_id = _linked_id(request)
        gate = self._gate_of(linked_id)
        form = request.form
        decision_input = DecisionInput(
            reason=form.get("reason", ""), answers=form, read=form_answers
        )
        try:
            review = decide(
                gate,
                self.pages.rules,
                linked_id.review_id,
                outcome,
                decision_input,
                _visitor(request),
            )
        except (InvalidAnswer, InvalidReason) as error:
            review = gate.store.get(linked_id.review_id)
            return self._form_again(request, error, review.seen_at(gate.now()))
        if request.wants_json:
            return self._responses.review(request, review, self.gate.now())
        # Redirect, so that a reload does not submit the form again.
        page = f"{request.path.removeprefix('/')}?review={linked_id}"
        return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": page})

    def _form_again(self, request: HttpRequest, error: ReviewError, review: Review) -> HttpResponse:
        check_not_ended(review)
        if review.status.is_decided:
            raise AlreadyDecided(review)
        return self._responses.error(request, error, self.gate.now(), review)

    def _evidence(self, request: HttpRequest) -> HttpResponse:
        review = self._visited(request)
        if self.gate.now() >= review.evidence_until:
            raise EvidenceEnded(review)
        number = request.query.get("n", "0")
        if number not in map(str, range(len(review.evidence))):
            raise NoSuchEvidence(review)
        link = self.presign(review.evidence[int(number)])
        return HttpResponse(status=HTTPStatus.FOUND, headers={"Location": link})

    def _visited(self, request: HttpRequest) -> Review:
        """The review that the link opens; the visit is counted."""
        linked_id = _linked_id(request)
        store = self._gate_of(linked_id).store
        now, page = self.gate.now(), request.path.removeprefix("/")
        review = open_review(store, linked_id.review_id, page, now, _visitor(request))
        return review.seen_at(now)

    def _gate_of(self, linked_id: LinkedId) -> AnsweringGate:
        """The gate limited to the review of this link."""
        return replace(self.gate, store=self.gate.store.opened_by(linked_id.link_key))

    @property
    def _responses(self) -> Responses:
        return Responses(pages=self.pages, with_message=self.gate.notes.with_message)


def _linked_id(request: HttpRequest) -> LinkedId:
    if request.linked_id is None:
        raise ReviewNotFound
    return request.linked_id


def _visitor(request: HttpRequest) -> Actor:
    return Actor(person=UNVERIFIED, via=Way.LINK, source_address=request.source_address)
