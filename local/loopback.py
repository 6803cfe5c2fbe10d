"""HTTP to what runs on this machine.

No proxy and no password of the person at the keyboard is used, a redirect is an answer like any
other, and texts are UTF-8.
"""

from __future__ import annotations

from typing import Any

import requests

PATIENCE_SECONDS = 60.0


def get(url: str, **options: Any) -> requests.Response:
    """Ask for something, with the options of `requests`."""
    return request("GET", url, **options)


def post(url: str, **options: Any) -> requests.Response:
    """Send something, with the options of `requests`."""
    return request("POST", url, **options)


def request(
    method: str, url: str, *, timeout: float = PATIENCE_SECONDS, **options: Any
) -> requests.Response:
    """Make any request; raises `requests.RequestException` when no answer comes in time."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, url, timeout=timeout, allow_redirects=False, **options)
    answer.encoding = "utf-8"
    return answer
