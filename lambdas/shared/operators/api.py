"""The operator API: people whom AWS knows see what waits, decide, cancel and remind.

API Gateway lets in whoever signs with an identity that may call the route.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lambdas.shared.access.identities import Identities
from lambdas.shared.access.rules import Rules
from lambdas.shared.lifecycle.cancel import cancel
from lambdas.shared.lifecycle.decide import Said, decide
from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.lifecycle.remind import remind_now
from lambdas.shared.operators.answers import listed, whole
from lambdas.shared.review.errors import (
    InvalidInput,
    RemindedJustNow,
    ReviewError,
    ReviewNotFound,
    ReviewStands,
    Unavailable,
    as_object,
)
from lambdas.shared.review.events import Actor
from lambdas.shared.review.fields import fields_of, one_of
from lambdas.shared.review.ids import is_review_id
from lambdas.shared.review.review import Outcome, Review, Status
from lambdas.shared.runtime.clients import AWS_ERRORS
from lambdas.shared.store import indexes
from lambdas.shared.web.answers import STATUS
from lambdas.shared.web.http import Request, Response, as_json

_LOG = logging.getLogger(__name__)
_ALL = "ALL"
_LONGEST_BODY = 100_000


class NotAnObject(Exception):
    """The body is no JSON object."""


@dataclass(frozen=True, kw_only=True)
class OperatorApi:
    """Answers every request with JSON; every problem says what to do next."""

    gate: AnsweringGate
    rules: Rules
    identities: Identities
    stage: str

    def answer(self, request: Request) -> Response:
        """Do what the route says, for whoever has signed the request."""
        route = self._doing(request.route)
        if route is None:
            return as_json(HTTPStatus.NOT_FOUND, {"error": "There is nothing here."})
        if not request.identity:
            why = "Sign the request with AWS's Signature Version 4."
            return as_json(HTTPStatus.FORBIDDEN, {"error": why})
        try:
            return route(request, self.identities.caller(request.identity, request.source_address))
        except NotAnObject:
            why = "The body must be a JSON object, or empty."
            return as_json(HTTPStatus.BAD_REQUEST, {"error": why})
        except ReviewError as problem:
            return self._problem(problem)
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            return self._problem(Unavailable())

    def _doing(self, route: str) -> Callable[[Request, Actor], Response] | None:
        """What a route does; none where there is no such route."""
        one = "/operator/reviews/{review_id}"
        return {
            "GET /operator/reviews": self._list,
            f"GET {one}": self._show,
            f"POST {one}/approve": self._approve,
            f"POST {one}/reject": self._reject,
            f"POST {one}/cancel": self._cancel,
            f"POST {one}/remind": self._remind,
        }.get(route)

    def _list(self, request: Request, _by: Actor) -> Response:
        store, now, after = self.gate.store, self.gate.now(), request.query.get("next", "")
        asked = request.query.get("status", Status.PENDING)
        status = one_of("status", asked, [*Status, _ALL])
        if status == _ALL:
            page = indexes.newest(store, self.stage, after)
        elif status == Status.PENDING:
            page = indexes.waiting(store, now, after)
        else:
            page = indexes.of_status(store, Status(status), after)
        needed = self.rules.required_approvals
        reviews = [listed(review, needed, now) for review in page.reviews]
        return as_json(HTTPStatus.OK, {"reviews": reviews, "next": page.next or None})

    def _show(self, request: Request, _by: Actor) -> Response:
        review = self.gate.store.get(_review_id(request))
        record = self.gate.store.record.events_of(review.review_id)
        return as_json(HTTPStatus.OK, self._whole(review) | {"record": record})

    def _approve(self, request: Request, by: Actor) -> Response:
        return self._decide(request, Outcome.APPROVED, by)

    def _reject(self, request: Request, by: Actor) -> Response:
        return self._decide(request, Outcome.REJECTED, by)

    def _decide(self, request: Request, outcome: Outcome, by: Actor) -> Response:
        body = _body(request, ("reason", "answers"))
        said = Said(reason=_reason(body), answers=as_object("answers", body.get("answers", {})))
        return self._told(decide(self.gate, self.rules, _review_id(request), outcome, said, by))

    def _cancel(self, request: Request, by: Actor) -> Response:
        reason = _reason(_body(request, ("reason",)))
        return self._told(cancel(self.gate, _review_id(request), reason, by))

    def _remind(self, request: Request, by: Actor) -> Response:
        _body(request, ())
        return self._told(remind_now(self.gate, _review_id(request), by))

    def _told(self, review: Review) -> Response:
        return as_json(HTTPStatus.OK, self._whole(review))

    def _whole(self, review: Review) -> dict[str, Any]:
        return whole(review, self.rules.required_approvals, self.gate.now())

    def _problem(self, problem: ReviewError) -> Response:
        stands = isinstance(problem, ReviewStands)
        more = {"review": self._whole(problem.review)} if stands else {}
        later = {"Retry-After": "60"} if isinstance(problem, RemindedJustNow) else {}
        return as_json(STATUS[type(problem)], {"error": str(problem), **more}, later)


def _review_id(request: Request) -> str:
    given = request.parameters.get("review_id")
    if not is_review_id(given):
        raise ReviewNotFound
    return given


def _body(request: Request, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """The body's fields. Raises `NotAnObject`, or `InvalidInput` for a field that nobody reads."""
    if not request.body:
        return {}
    try:
        given = json.loads(request.body[: _LONGEST_BODY + 1])
        body = as_object("the body", given)
    except (InvalidInput, ValueError, RecursionError):
        raise NotAnObject from None
    return fields_of("the body", body, fields)


def _reason(body: Mapping[str, Any]) -> str:
    reason = body.get("reason", "")
    if not isinstance(reason, str):
        raise InvalidInput("reason must be a text")
    return reason
