"""Posting to Slack: patient within bounds, silent about addresses and tokens.

Limits: https://docs.slack.dev/apis/web-api/rate-limits
"""

import itertools
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

_SECONDS_A_TRY = 5
_FIRST_PAUSE = 0.5
_LONGEST_ANSWER = 20_000
_SHOWN = 200


class SlackDeliveryFailed(Exception):
    """Slack did not take the message. `status` is its last answer, 0 where there was none."""

    def __init__(self, answer: "Answer", tries: int) -> None:
        self.status = answer.status
        self.may_pass = answer.may_pass
        self.tries = tries
        times = f"{tries} {'try' if tries == 1 else 'tries'}"
        super().__init__(
            f"Slack answered {answer.status} {answer.text[:_SHOWN]!r} after {times}"
            if answer.status
            else f"Slack did not answer in {times}"
        )


class Answer(NamedTuple):
    """What Slack answered: 0 for nothing at all; how many seconds to wait, where it says so."""

    status: int
    text: str
    retry_after: float = 0.0

    @property
    def may_pass(self) -> bool:
        """Whether the same request may be taken later."""
        return (
            self.status in (0, HTTPStatus.TOO_MANY_REQUESTS)
            or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        )


class Delivered(NamedTuple):
    """What Slack took, after how many tries."""

    text: str
    tries: int


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would turn the POST into a GET of somewhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def send(
    url: str,
    message: Mapping[str, Any],
    *,
    seconds_left: Callable[[], float],
    token: str = "",
    understand: Callable[[Answer], Answer] = lambda answer: answer,
    wait: Callable[[float], None] = time.sleep,
) -> Delivered:
    """Post `message` as JSON until Slack takes it.

    Tries again after 429 (not before `Retry-After`), 5xx and no answer at all, as long as another
    try ends before `seconds_left()` is used up. `understand` may read a status out of an answer's
    text. Raises `SlackDeliveryFailed`.
    """
    body = json.dumps(message).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    for tries in itertools.count(1):
        answer = understand(_try(url, body, headers))
        if answer.status == HTTPStatus.OK:
            return Delivered(answer.text, tries)
        pause = max(_FIRST_PAUSE * 2**tries, answer.retry_after)
        if not answer.may_pass or pause + _SECONDS_A_TRY > seconds_left():
            raise SlackDeliveryFailed(answer, tries)
        wait(pause)
    raise AssertionError("unreachable: the loop has no end of its own")


def _try(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    # The settings allow https and loopback only.
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310
    try:
        with _OPENER.open(request, timeout=_SECONDS_A_TRY) as answer:
            return Answer(answer.status, _text(answer))
    except urllib.error.HTTPError as refused:
        with refused:
            retry_after = _seconds(refused.headers.get("Retry-After"))
            return Answer(refused.code, _text(refused), retry_after)
    except (OSError, ValueError):
        return Answer(0, "")


def _text(answer: Any) -> str:
    return answer.read(_LONGEST_ANSWER).decode("utf-8", "replace")


def _seconds(retry_after: str | None) -> float:
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() else 0.0
