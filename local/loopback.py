"""HTTP requests to this machine.

They ignore proxies and `.netrc`, do not follow redirects, and decode text as UTF-8.
"""

from __future__ import annotations

from typing import Any

import requests

PATIENCE_SECONDS = 60.0


def get(url: str, **options: Any) -> requests.Response:
    """Send a GET request; the options are those of `requests`."""
    return request("GET", url, **options)


def post(url: str, **options: Any) -> requests.Response:
    """Send a POST request; the options are those of `requests`."""
    return request("POST", url, **options)


def request(
    method: str, url: str, *, timeout: float = PATIENCE_SECONDS, **options: Any
) -> requests.Response:
    """Send a request; raises `requests.RequestException` on timeouts and connection errors."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, url, timeout=timeout, allow_redirects=False, **options)
    answer.encoding = "utf-8"
    return answer
