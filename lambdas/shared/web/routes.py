"""The decision API: which request does what."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from lambdas.shared.access.rules import Rules
from lambdas.shared.lifecycle.decide import Said, decide
from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.review.errors import (
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
    check_not_over,
)
from lambdas.shared.review.events import Actor
from lambdas.shared.review.ids import LinkedId
from lambdas.shared.review.questions import form_answers
from lambdas.shared.review.request import Evidence
from lambdas.shared.review.review import UNVERIFIED, Outcome, Review, Way
from lambdas.shared.runtime.clients import AWS_ERRORS
from lambdas.shared.store.visits import open_review
from lambdas.shared.web.answers import OUTCOMES, Answers
from lambdas.shared.web.http import Request, Response, as_json, is_certificate_check
from lambdas.shared.web.pages import Pages

_LOG = logging.getLogger(__name__)
_NO_SIGNING_SECRET = {
    "response_type": "ephemeral",
    "text": (
        "This stage has no signing secret, so it cannot know that it is Slack who asks. Whoever"
        " deploys it: copy the *Signing Secret* from *Basic Information* of the Slack app, set it"
        " as `slackSigningSecret`, and run `pulumi up`."
    ),
}
"""Slack's form of a private answer: https://docs.slack.dev/interactivity/implementing-slash-commands"""


@dataclass(frozen=True, kw_only=True)
class DecisionApi:
    """Answers every request; a GET decides nothing, and a HEAD is a GET without its body."""

    gate: AnsweringGate
    rules: Rules
    presign: Callable[[Evidence], str]
    slack_channel: str

    def answer(self, request: Request) -> Response:
        """Route a request. Every problem becomes an answer that says what to do next."""
        if request.method == "HEAD":
            return replace(self.answer(replace(request, method="GET")), body="")
        try:
            return self._route(request)
        except ReviewError as problem:
            return self._answers.problem(request, problem, self.gate.now())
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            return self._answers.problem(request, Unavailable(), self.gate.now())

    def _route(self, request: Request) -> Response:
        outcome = OUTCOMES.get(request.path)
        if outcome and request.method == "GET":
            return self._show(request)
        if outcome and request.method == "POST":
            return self._decide(request, outcome)
        if (request.method, request.path) == ("GET", "/evidence"):
            return self._evidence(request)
        # These have functions of their own where there is a signing secret to verify Slack with.
        if (request.method, request.path) == ("POST", "/slack/interactions"):
            # A press on a link button, for which people see a warning if Slack gets no 200.
            return Response(status=HTTPStatus.OK)
        if (request.method, request.path) == ("POST", "/slack/commands"):
            return as_json(HTTPStatus.OK, _NO_SIGNING_SECRET)
        if is_certificate_check(request):
            return Response(status=HTTPStatus.OK)
        return self._answers.nothing_here(request)

    def _show(self, request: Request) -> Response:
        review = self._opened(request)
        check_not_over(review)
        return self._answers.review(request, review, self.gate.now())

    def _decide(self, request: Request, outcome: Outcome) -> Response:
        if request.is_foreign:
            raise ForeignForm
        if not request.is_form:
            raise NotAForm
        linked_id = _linked_id(request)
        gate = self._opened_by(linked_id)
        form = request.form
        said = Said(reason=form.get("reason", ""), answers=form, read=form_answers)
        try:
            review = decide(gate, self.rules, linked_id.review_id, outcome, said, _visitor(request))
        except (InvalidAnswer, InvalidReason) as problem:
            review = gate.store.get(linked_id.review_id)
            return self._ask_again(request, problem, review.seen_at(gate.now()))
        if request.wants_json:
            return self._answers.review(request, review, self.gate.now())
        # The address shows the review from now on, and a reload sends nothing again.
        page = f"{request.path.removeprefix('/')}?review={linked_id}"
        return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": page})

    def _ask_again(self, request: Request, problem: ReviewError, review: Review) -> Response:
        check_not_over(review)
        if review.status.is_decided:
            raise AlreadyDecided(review)
        return self._answers.problem(request, problem, self.gate.now(), review)

    def _evidence(self, request: Request) -> Response:
        review = self._opened(request)
        if self.gate.now() >= review.evidence_until:
            raise EvidenceEnded(review)
        number = request.query.get("n", "0")
        if number not in map(str, range(len(review.evidence))):
            raise NoSuchEvidence(review)
        link = self.presign(review.evidence[int(number)])
        return Response(status=HTTPStatus.FOUND, headers={"Location": link})

    def _opened(self, request: Request) -> Review:
        """The review of somebody who looks at it, as far as a link tells who that is."""
        linked_id = _linked_id(request)
        store = self._opened_by(linked_id).store
        now, page = self.gate.now(), request.path.removeprefix("/")
        review = open_review(store, linked_id.review_id, page, now, _visitor(request))
        return review.seen_at(now)

    def _opened_by(self, linked_id: LinkedId) -> AnsweringGate:
        """The gate for somebody with this link, to whom no other review exists."""
        return replace(self.gate, store=self.gate.store.opened_by(linked_id.link_key))

    @property
    def _answers(self) -> Answers:
        return Answers(
            pages=Pages(rules=self.rules, slack_channel=self.slack_channel),
            named=lambda review: self.gate.notes.with_names([review])[0],
        )


def _linked_id(request: Request) -> LinkedId:
    if request.linked_id is None:
        raise ReviewNotFound
    return request.linked_id


def _visitor(request: Request) -> Actor:
    return Actor(person=UNVERIFIED, via=Way.LINK, source_address=request.source_address)
