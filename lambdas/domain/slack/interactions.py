"""Decisions by Slack buttons. Slack signs each click, so the reviewer is identified."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.decide import decide
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.review.errors import (
    AlreadyDecided,
    InvalidAnswer,
    InvalidReason,
    NotAllowed,
    ReviewError,
    ReviewStateError,
)
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Review, Status
from lambdas.domain.runtime.clients import AWS_ERRORS, is_local
from lambdas.domain.slack.blocks import Message
from lambdas.domain.slack.clicks import Click, OtherInteraction, is_slack_address, parse_click
from lambdas.domain.slack.messages import private_reply
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.slack.signature import InvalidSlackRequest, verify
from lambdas.domain.slack.text import Part, people
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json

_LOG = logging.getLogger(__name__)
_BUTTONS = {Outcome.APPROVED: "Approve", Outcome.REJECTED: "Reject"}


@dataclass(frozen=True, kw_only=True)
class SlackInteractions:
    """Handles clicks. Status 200 acknowledges receipt; the person reads the result in Slack.

    Slack waits three seconds. A decision is claimed, delivered, announced and marked as done within
    them; the notifier then updates the message. Replies to Slack are sent from here only for one of
    several approvals and for refusals, which are not announced.
    """

    gate: AnsweringGate
    rules: Rules
    identities: Identities = field(default_factory=Identities)
    signing_secret: Callable[[], str]
    respond: Callable[[str, Message], bool]

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Verify, decide and reply; 401 without a valid Slack signature."""
        try:
            now = self.gate.now()
            click = verify(request, self.signing_secret, now, lambda it: parse_click(it.body))
        except InvalidSlackRequest as refused:
            return refused.response
        except OtherInteraction:
            return as_json(HTTPStatus.OK, {})
        return self._decide(click, self._clicker(click))

    def _clicker(self, click: Click) -> Actor:
        known = is_slack_address(click.response_url, is_local=is_local(self.gate.store.client))
        return self.identities.clicker(
            click.user_id,
            handle=click.user_name,
            team=click.team,
            enterprise=click.enterprise,
            is_foreign=click.is_foreign,
            response_url=click.response_url if known else "",
        )

    def _decide(self, click: Click, by: Actor) -> HttpResponse:
        try:
            review = decide(
                self.gate, self.rules, click.review_id, click.outcome, click.decision_input, by
            )
        except (ReviewError, *AWS_ERRORS) as error:
            return self._refuse(click, by, error)
        if review.status is Status.PENDING:
            self.respond(by.response_url, self._updated_request(review))
        return as_json(HTTPStatus.OK, {"review_id": review.review_id, "status": review.status})

    def _refuse(self, click: Click, by: Actor, error: Exception) -> HttpResponse:
        """Reply to the person with the problem, and with what to do about it."""
        button = _BUTTONS[click.outcome]
        match error:
            case InvalidReason() | InvalidAnswer():
                todo = f"Correct the message's fields and select {button} again."
                text: list[Part] = [f"{error}\nNo decision was made. {todo}"]
            case NotAllowed():
                text = [f"{error}\nNo decision was made."]
            case AlreadyDecided():
                already = f"This review was already {error.review.decision} by "
                text = [already, *people(error.review.decided_by), "."]
            case ReviewError():
                text = [str(error)]
            case _:
                _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
                text = [f"AWS did not respond in time. Select {button} again."]
        can_retry = not isinstance(error, ReviewStateError)
        entered = click.entered if can_retry else ()
        reply = private_reply(*text, title=click.title, entered=entered)
        self.respond(by.response_url, reply)
        return as_json(HTTPStatus.OK, {"review_id": click.review_id, "error": reply["text"]})

    def _updated_request(self, review: Review) -> dict[str, Any]:
        """The updated request after one of several approvals."""
        rules = self.rules
        notices = SlackNotices(
            buttons=True,
            needed=rules.required_approvals,
            allow_self_approval=rules.allow_self_approval,
        )
        return notices.replacement(review, self.gate.now())
