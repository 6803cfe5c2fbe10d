"""The app's request URL, to which Slack posts every interaction, and what comes back from there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests

from local import loopback

# Slack gives up after 3 s. A loaded local stack gets longer; the log reports what Slack would not.
SLACK_PATIENCE_SECONDS = 3.0
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the app said: its own status and words, or 502 and 504 when it said nothing."""

    status: int
    body: str
    content_type: str = ""


# Posts a body with its headers to an address.
Post = Callable[[str, bytes, Mapping[str, str]], Answer]


def post(
    url: str, body: bytes, headers: Mapping[str, str], seconds: float = PATIENCE_SECONDS
) -> Answer:
    """Post, and wait for the answer so many seconds."""
    try:
        answer = loopback.post(url, data=body, headers=headers, timeout=seconds)
    except requests.Timeout:
        return Answer(status=504, body="the decision API did not answer in time")
    except requests.RequestException:
        return Answer(status=502, body="the decision API could not be reached")
    return Answer(
        status=answer.status_code,
        body=answer.text,
        content_type=answer.headers.get("content-type", ""),
    )
