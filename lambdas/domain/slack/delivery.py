"""HTTP delivery to Slack, with bounded retries. Errors never contain addresses or tokens.

Limits: https://docs.slack.dev/apis/web-api/rate-limits
"""

import itertools
import json
import time
import urllib.parse
from collections.abc import Callable, Mapping
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple

_SECONDS_TO_CONNECT = 5
_MIN_SECONDS_PER_TRY = 5
_FIRST_PAUSE = 0.5
_MAX_RESPONSE_BYTES = 1_000_000
_BLOCK_ERRORS = ("invalid_blocks", "invalid_attachments", "invalid_arguments")
"""Errors for a message with a block that Slack does not support."""
_MAX_SHOWN = 200


class SlackDeliveryFailed(Exception):
    """Slack did not accept the message. `status` is that of its last response, 0 without one.

    `may_pass`: a later attempt may succeed. `is_about_blocks`: Slack rejected a block.
    """

    def __init__(self, response: "SlackResponse", tries: int) -> None:
        self.status = response.status
        self.may_pass = response.may_pass
        self.is_about_blocks = response.text in _BLOCK_ERRORS
        self.tries = tries
        super().__init__(
            f"Slack returned {response.status} {response.text[:_MAX_SHOWN]!r}"
            f" after {tries_text(tries)}"
            if response.status
            else f"Slack did not respond after {tries_text(tries)}"
        )


class Unconfirmed(Exception):
    """The message was sent in full, but Slack did not respond: it may have been posted."""

    def __init__(self, tries: int) -> None:
        super().__init__(
            f"Slack did not respond after {tries_text(tries)}; the message may have been posted"
        )


class SlackResponse(NamedTuple):
    """A response from Slack: status 0 if there was none; `retry_after` in seconds."""

    status: int
    text: str
    retry_after: float = 0.0

    @property
    def may_pass(self) -> bool:
        """Whether a retry may succeed."""
        return (
            self.status in (0, HTTPStatus.TOO_MANY_REQUESTS)
            or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        )


class Delivered(NamedTuple):
    """Slack's response to an accepted message, and the number of tries."""

    text: str
    tries: int


def send(
    url: str,
    message: Mapping[str, Any],
    *,
    seconds_left: Callable[[], float],
    token: str = "",
    interpret: Callable[[SlackResponse], SlackResponse] = lambda response: response,
    wait: Callable[[float], None] = time.sleep,
) -> Delivered:
    """Post `message` as JSON until Slack accepts it.

    Retries after 429 (not before `Retry-After`), 5xx and failed connections, while another attempt
    fits into `seconds_left()`. A message that was sent in full is never sent again. `interpret`
    may derive a status from the response's text. Raises `SlackDeliveryFailed` or `Unconfirmed`.
    """
    body = json.dumps(message).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Signoff"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    for tries in itertools.count(1):
        try:
            response = interpret(post_once(url, body, headers, seconds_left))
        except TimeoutError:
            raise Unconfirmed(tries) from None
        if response.status == HTTPStatus.OK:
            return Delivered(response.text, tries)
        pause = max(_FIRST_PAUSE * 2**tries, response.retry_after)
        if not response.may_pass or pause + _MIN_SECONDS_PER_TRY > seconds_left():
            raise SlackDeliveryFailed(response, tries)
        wait(pause)
    raise AssertionError("unreachable: the loop is infinite")


def tries_text(tries: int) -> str:
    """`1 try`, `2 tries`."""
    return f"{tries} {'try' if tries == 1 else 'tries'}"


def post_once(
    url: str,
    body: bytes,
    headers: dict[str, str],
    seconds_left: Callable[[], float],
    seconds_to_connect: float = _SECONDS_TO_CONNECT,
) -> SlackResponse:
    """Send one request, without redirects. Raises `TimeoutError` without a complete response."""
    address = urllib.parse.urlsplit(url)
    target = address._replace(scheme="", netloc="").geturl()
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    with closing(kind(address.netloc, timeout=seconds_to_connect)) as connection:
        try:
            connection.request("POST", target, body, headers)
        except (OSError, HTTPException):
            return SlackResponse(0, "")  # a message that was not sent in full was not posted
        try:
            connection.sock.settimeout(max(seconds_left(), 1))
            with connection.getresponse() as response:
                text = response.read(_MAX_RESPONSE_BYTES).decode("utf-8", "replace")
                if not response.length:
                    return SlackResponse(
                        response.status, text, _seconds(response.getheader("Retry-After"))
                    )
        except (OSError, HTTPException):
            pass
        raise TimeoutError


def call_method(
    url: str, token: str, arguments: Mapping[str, str], seconds_left: float, to_connect: float
) -> SlackResponse:
    """Call a read-only method of the Web API once. Raises `TimeoutError` as `post_once` does."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "Signoff",
        "Authorization": f"Bearer {token}",
    }
    body = urllib.parse.urlencode(arguments).encode()
    return post_once(url, body, headers, lambda: seconds_left, to_connect)


def _seconds(retry_after: str | None) -> float:
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() else 0.0
