"""Signed requests to a stage's APIs, with timeouts; only reads are retried."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import requests

from signoff.api.refusals import refusal
from signoff.api.signature import Signature
from signoff.aws import aws_errors, silence
from signoff.errors import Unanswered, Unreachable
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.stage import Stage

CONNECT_SECONDS = 5
ANSWER_SECONDS = 32
"""API Gateway times out after 30 s."""
TRIES = 3
PAUSE_SECONDS = 0.5
_PASSING = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


class Calls:
    """Calls an API of the stage; `asks` for the asker API."""

    def __init__(self, stage: Stage, url: str, *, asks: bool = False) -> None:
        self._stage = stage
        self._url, self._asks = url.rstrip("/"), asks
        self._session = requests.Session()
        # The local stack must not use the user's proxy or ~/.netrc.
        self._session.trust_env = not stage.is_local
        with aws_errors(stage):
            self._session.auth = Signature(stage.session(), stage.region)

    def get(self, path: str, query: Mapping[str, str | None] | None = None) -> dict[str, Any]:
        """Send a GET request, retrying transient errors. Raises `SignoffError`."""
        answer = self._request("GET", path, params=query)
        for attempt in range(1, TRIES):
            if answer is not None and answer.status_code not in _PASSING:
                break
            time.sleep(PAUSE_SECONDS * attempt)
            answer = self._request("GET", path, params=query)
        return self._read(answer, Unreachable)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a POST request once. Raises `Unanswered` if it may have taken effect."""
        return self._read(self._request("POST", path, json=body), Unanswered)

    def _request(self, method: str, path: str, **given: Any) -> requests.Response | None:
        """Return the response, or None if there was none."""
        with aws_errors(self._stage):
            try:
                return self._session.request(
                    method,
                    self._url + path,
                    headers={"Accept": "application/json"},
                    timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                    allow_redirects=False,
                    **given,
                )
            except requests.RequestException:
                return None

    def _read(self, answer: requests.Response | None, missing: type[Unreachable]) -> dict[str, Any]:
        """Return the body of a 200 or 201; `missing` is the error for no response."""
        if answer is None:
            raise missing(f"No response from {line(self._url)}.", silence(self._stage))
        try:
            body = answer.json()
        except ValueError:
            body = None
        if answer.status_code in (HTTPStatus.OK, HTTPStatus.CREATED) and isinstance(body, dict):
            return cast("dict[str, Any]", body)
        raise refusal(self._stage, answer.status_code, body, missing, asks=self._asks)
