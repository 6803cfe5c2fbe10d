"""The common part of the JSON APIs for operators and askers, which IAM authorizes.

API Gateway checks each request's signature, and whether its identity may call the route.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias, cast

from lambdas.domain.access.identities import Identities
from lambdas.domain.review.errors import (
    InvalidInput,
    RemindedRecently,
    ReviewError,
    ReviewNotFound,
    ReviewStateError,
    Unavailable,
)
from lambdas.domain.review.events import Actor
from lambdas.domain.review.ids import is_review_id
from lambdas.domain.review.parsers import MAX_LEVELS, no_name_twice
from lambdas.domain.review.review import Review
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json
from lambdas.domain.web.responses import STATUS

_LOG = logging.getLogger(__name__)
_MAX_BODY_BYTES = 1_000_000

Route: TypeAlias = Callable[[HttpRequest, Actor], HttpResponse]


class NotAnObject(Exception):
    """The body is not a JSON object."""


@dataclass(frozen=True, kw_only=True)
class SignedApi:
    """Handles every request with a JSON response; every error says what to do next."""

    identities: Identities

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Run the route's handler for the identity that signed the request."""
        route = self.routes().get(request.route)
        if route is None:
            return as_json(HTTPStatus.NOT_FOUND, {"error": "Not found."})
        if not request.identity:
            message = "Sign the request with AWS Signature Version 4."
            return as_json(HTTPStatus.FORBIDDEN, {"error": message})
        try:
            return route(request, self.identities.caller(request.identity, request.source_address))
        except NotAnObject:
            message = "The body must be a JSON object, or empty."
            return as_json(HTTPStatus.BAD_REQUEST, {"error": message})
        except ReviewError as error:
            return self._error(error)
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            return self._error(Unavailable())

    def routes(self) -> Mapping[str, Route]:
        """The handler of each route."""
        raise NotImplementedError

    def facts(self, review: Review) -> dict[str, Any]:
        """A review as JSON."""
        raise NotImplementedError

    def shown(self, review: Review) -> HttpResponse:
        """A response with the review."""
        return as_json(HTTPStatus.OK, self.facts(review))

    def _error(self, error: ReviewError) -> HttpResponse:
        review = {"review": self.facts(error.review)} if isinstance(error, ReviewStateError) else {}
        headers = {"Retry-After": "60"} if isinstance(error, RemindedRecently) else {}
        return as_json(STATUS[type(error)], {"error": str(error), **review}, headers)


def review_id_of(request: HttpRequest) -> str:
    """The review id in the path. Raises `ReviewNotFound` if it is malformed or cut short."""
    review_id = request.parameters.get("review_id")
    if not is_review_id(review_id):
        raise ReviewNotFound
    return review_id


def body_of(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object in the body; empty where there is no body.

    Raises `NotAnObject`, and `InvalidInput` for deep nesting or a duplicate name.
    """
    if not request.body:
        return {}
    try:
        body = json.loads(
            request.body[: _MAX_BODY_BYTES + 1],
            parse_constant=_refuse,
            object_pairs_hook=no_name_twice,
        )
    except RecursionError:
        raw = request.body.strip()
        if not (raw.startswith(b"{") and raw.endswith(b"}")):
            raise NotAnObject from None
        raise InvalidInput(
            f"the body, context included, must be nested at most {MAX_LEVELS} levels deep"
        ) from None
    except ValueError:
        raise NotAnObject from None
    if not isinstance(body, dict):
        raise NotAnObject
    return cast("dict[str, Any]", body)


def reason_of(body: Mapping[str, Any]) -> str:
    """The reason in a body, or an empty string. Raises `InvalidInput`."""
    reason = body.get("reason", "")
    if not isinstance(reason, str):
        raise InvalidInput("reason must be a string")
    return reason


def _refuse(_constant: str) -> None:
    """Refuse `NaN` and infinities, which are not JSON."""
    raise ValueError
