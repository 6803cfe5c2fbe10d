"""Decisions by Slack's buttons: the click is proven to be Slack's, so it is known who decided."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lambdas.shared.announcements import announcement
from lambdas.shared.aws import AWS_ERRORS
from lambdas.shared.decisions import Decisions
from lambdas.shared.http import Response, as_json, raw_body
from lambdas.shared.record import Actor, Event
from lambdas.shared.reviews import (
    AlreadyDecided,
    InvalidInput,
    Review,
    ReviewError,
    Status,
    Unavailable,
    Way,
)
from lambdas.shared.slack_clicks import Click, OtherInteraction, parse_click
from lambdas.shared.slack_message import person, private_answer, replacement
from lambdas.shared.slack_signature import InvalidSignature, verify

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SlackDoor:
    """Answers Slack's requests. Slack takes 200 as received; people read the answer in Slack."""

    decisions: Decisions
    signing_secret: Callable[[], str]
    respond: Callable[[str, Mapping[str, Any]], bool]

    def answer(self, event: Mapping[str, Any]) -> Response:
        """Verify, decide, and answer the person; 401 for whatever is not Slack's."""
        given: Mapping[str, str] = event.get("headers") or {}
        headers = {name.lower(): value for name, value in given.items()}
        body = raw_body(event)
        try:
            verify(headers, body, self.signing_secret(), self.decisions.now())
            click = parse_click(body)
        except InvalidSignature:
            return as_json(HTTPStatus.UNAUTHORIZED, {"error": "The signature is not Slack's."})
        except InvalidInput as problem:
            return as_json(HTTPStatus.BAD_REQUEST, {"error": str(problem)})
        except OtherInteraction:
            return as_json(HTTPStatus.OK, {})
        except AWS_ERRORS:
            return as_json(HTTPStatus.SERVICE_UNAVAILABLE, {"error": str(Unavailable())})
        return self._decide(click)

    def _decide(self, click: Click) -> Response:
        by = Actor(person=click.user_id, via=Way.SLACK)
        try:
            review = self.decisions.decide(click.review_id, click.outcome, click.reason, by)
        except AlreadyDecided as lost:
            who = person(lost.review.reviewer)
            why = f"This review was already {lost.review.decision} by {who}."
        except ReviewError as problem:
            why = str(problem)
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            why = str(Unavailable())
        else:
            self.respond(click.response_url, self._replacement(review))
            return as_json(HTTPStatus.OK, {"review_id": review.review_id, "status": review.status})
        self.respond(click.response_url, private_answer(why))
        return as_json(HTTPStatus.OK, {"review_id": click.review_id, "error": why})

    def _replacement(self, review: Review) -> dict[str, Any]:
        event = Event.REQUESTED if review.status is Status.PENDING else Event.DECIDED
        needed = self.decisions.rules.required_approvals
        return replacement(announcement(event, review), sorted(review.approvals), needed)
