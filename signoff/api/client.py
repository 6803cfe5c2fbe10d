"""Signed requests to a stage's APIs, with timeouts; only reads are retried."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import requests

from signoff.api.error_responses import error_from
from signoff.api.signature import Signature
from signoff.aws import aws_errors, unreachable_hint
from signoff.errors import ResponseLost, Unreachable
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.stage import Stage

CONNECT_SECONDS = 5
RESPONSE_SECONDS = 32
"""API Gateway times out after 30 s."""
TRIES = 3
PAUSE_SECONDS = 0.5
_TRANSIENT = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


class ApiClient:
    """Client of one of the stage's APIs; `for_askers` for the asker API."""

    def __init__(self, stage: Stage, url: str, *, for_askers: bool = False) -> None:
        self._stage = stage
        self._url, self._for_askers = url.rstrip("/"), for_askers
        self._session = requests.Session()
        # The local stack must not use the user's proxy or ~/.netrc.
        self._session.trust_env = not stage.is_local
        with aws_errors(stage):
            self._session.auth = Signature(stage.session(), stage.region)

    def get(self, path: str, query: Mapping[str, str | None] | None = None) -> dict[str, Any]:
        """Send a GET request, retrying transient errors. Raises `SignoffError`."""
        response = self._request("GET", path, params=query)
        for attempt in range(1, TRIES):
            if response is not None and response.status_code not in _TRANSIENT:
                break
            time.sleep(PAUSE_SECONDS * attempt)
            response = self._request("GET", path, params=query)
        return self._body_of(response, Unreachable)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a POST request once. Raises `ResponseLost` if it may have taken effect."""
        return self._body_of(self._request("POST", path, json=body), ResponseLost)

    def _request(self, method: str, path: str, **given: Any) -> requests.Response | None:
        """Return the response, or None if there was none."""
        with aws_errors(self._stage):
            try:
                return self._session.request(
                    method,
                    self._url + path,
                    headers={"Accept": "application/json"},
                    timeout=(CONNECT_SECONDS, RESPONSE_SECONDS),
                    allow_redirects=False,
                    **given,
                )
            except requests.RequestException:
                return None

    def _body_of(
        self, response: requests.Response | None, no_response: type[Unreachable]
    ) -> dict[str, Any]:
        """Return the body of a 200 or 201; `no_response` is the error for no response."""
        if response is None:
            raise no_response(f"No response from {line(self._url)}.", unreachable_hint(self._stage))
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.status_code in (HTTPStatus.OK, HTTPStatus.CREATED) and isinstance(body, dict):
            return cast("dict[str, Any]", body)
        raise error_from(
            self._stage, response.status_code, body, no_response, for_askers=self._for_askers
        )
