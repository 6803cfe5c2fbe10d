"""Slack's request signatures.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

from lambdas.domain.review.errors import InvalidInput, Unavailable
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json

T = TypeVar("T")

_VERSION = "v0"
_WINDOW = timedelta(minutes=5)
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class InvalidSignature(Exception):
    """The signature is wrong, or the request too old. Carries no details on purpose."""


class InvalidSlackRequest(Exception):
    """A request that cannot be verified or parsed. `response` is the response to its sender."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.response: HttpResponse = as_json(status, {"error": message})


def verify(
    request: HttpRequest,
    secret: Callable[[], str],
    now: datetime,
    parse: Callable[[HttpRequest], T],
) -> T:
    """Verify a request's signature, then parse it. Raises `InvalidSlackRequest`."""
    try:
        check_signature(request.headers, request.body, secret(), now)
        return parse(request)
    except InvalidSignature:
        raise InvalidSlackRequest(HTTPStatus.UNAUTHORIZED, "Invalid Slack signature.") from None
    except InvalidInput as problem:
        raise InvalidSlackRequest(HTTPStatus.BAD_REQUEST, str(problem)) from None
    except AWS_ERRORS:
        raise InvalidSlackRequest(HTTPStatus.SERVICE_UNAVAILABLE, str(Unavailable())) from None


def check_signature(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Check the signature of the raw `body`; header names are in lower case.

    Raises `InvalidSignature`. A request can be replayed within five minutes, so its handler must be
    idempotent.
    """
    timestamp = headers.get("x-slack-request-timestamp", "")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise InvalidSignature
    if abs(now.timestamp() - int(timestamp)) > _WINDOW.total_seconds():
        raise InvalidSignature
    received = headers.get("x-slack-signature", "").encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(signature(body, timestamp, secret).encode(), received):
        raise InvalidSignature


def signature(body: bytes, timestamp: str, secret: str) -> str:
    """The signature that Slack sends for a body."""
    message = f"{_VERSION}:{timestamp}:".encode() + body
    return f"{_VERSION}={hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()}"
