"""Posting to a Slack incoming webhook: patient within bounds, silent about the address.

Answers and limits: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
and https://docs.slack.dev/apis/web-api/rate-limits
"""

import itertools
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

_SECONDS_A_TRY = 5
_FIRST_PAUSE = 0.5
_LONGEST_ANSWER = 200


class SlackDeliveryFailed(Exception):
    """Slack did not take the message. `status` is its last answer, 0 where there was none."""

    def __init__(self, status: int, answer: str, tries: int) -> None:
        self.status = status
        self.answer = answer
        self.tries = tries
        super().__init__(f"Slack answered {status} {answer!r} after {tries} tries")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would turn the POST into a GET of somewhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def post(
    webhook_url: str,
    message: Mapping[str, Any],
    *,
    seconds_left: Callable[[], float],
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Post `message`; the answer is the number of tries.

    Tries again after 429 (not before `Retry-After`), 5xx and no answer at all, as long as another
    try ends before `seconds_left()` is used up. Raises `SlackDeliveryFailed`.
    """
    body = json.dumps(message).encode()
    for tries in itertools.count(1):
        status, answer, retry_after = _try(webhook_url, body)
        if status == HTTPStatus.OK:
            return tries
        pause = max(_FIRST_PAUSE * 2**tries, retry_after)
        if not _may_pass(status) or pause + _SECONDS_A_TRY > seconds_left():
            raise SlackDeliveryFailed(status, answer, tries)
        wait(pause)
    raise AssertionError("unreachable: the loop has no end of its own")


def _may_pass(status: int) -> bool:
    return status in (0, HTTPStatus.TOO_MANY_REQUESTS) or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _try(url: str, body: bytes) -> tuple[int, str, float]:
    request = urllib.request.Request(  # noqa: S310 (the settings allow https and loopback only)
        url, data=body, headers={"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with _OPENER.open(request, timeout=_SECONDS_A_TRY) as answer:
            return answer.status, _text(answer), 0.0
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, _text(refused), _seconds(refused.headers.get("Retry-After"))
    except (OSError, ValueError):
        return 0, "", 0.0


def _text(answer: Any) -> str:
    return answer.read(_LONGEST_ANSWER).decode("utf-8", "replace")


def _seconds(retry_after: str | None) -> float:
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() else 0.0
