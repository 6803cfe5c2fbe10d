"""Requests to the app's request URL, to which Slack posts interactions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests

from local import loopback

# Slack times out after 3 s. A busy local stack gets longer, and the log reports it.
SLACK_TIMEOUT_SECONDS = 3.0
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class AppResponse:
    """The app's response; 502 or 504 if there was none."""

    status: int
    body: str
    content_type: str = ""


# Posts a body with headers to a URL.
Post = Callable[[str, bytes, Mapping[str, str]], AppResponse]


def post(
    url: str, body: bytes, headers: Mapping[str, str], seconds: float = TIMEOUT_SECONDS
) -> AppResponse:
    """Post with a timeout."""
    try:
        response = loopback.post(url, data=body, headers=headers, timeout=seconds)
    except requests.Timeout:
        return AppResponse(status=504, body="the decision API timed out")
    except requests.RequestException:
        return AppResponse(status=502, body="the decision API is unreachable")
    return AppResponse(
        status=response.status_code,
        body=response.text,
        content_type=response.headers.get("content-type", ""),
    )
