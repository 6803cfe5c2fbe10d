"""Requests to the app's request URL, to which Slack posts interactions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests

from local import loopback

# Slack times out after 3 s. A busy local stack gets longer, and the log reports it.
SLACK_PATIENCE_SECONDS = 3.0
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The app's response; 502 or 504 if there was none."""

    status: int
    body: str
    content_type: str = ""


# Posts a body with headers to a URL.
Post = Callable[[str, bytes, Mapping[str, str]], Answer]


def post(
    url: str, body: bytes, headers: Mapping[str, str], seconds: float = PATIENCE_SECONDS
) -> Answer:
    """Post with a timeout."""
    try:
        answer = loopback.post(url, data=body, headers=headers, timeout=seconds)
    except requests.Timeout:
        return Answer(status=504, body="the decision API timed out")
    except requests.RequestException:
        return Answer(status=502, body="the decision API is unreachable")
    return Answer(
        status=answer.status_code,
        body=answer.text,
        content_type=answer.headers.get("content-type", ""),
    )
