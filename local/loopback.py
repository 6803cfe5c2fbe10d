"""Servers and HTTP requests on this machine.

Requests ignore proxies and `.netrc`, do not follow redirects, and decode text as UTF-8.
"""

from __future__ import annotations

import socket
from typing import Any

import requests

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 60.0


def listen(port: int = 0) -> socket.socket:
    """Listen on this port, or on a free one if it is taken."""
    try:
        return socket.create_server((HOST, port))
    except OSError:
        return socket.create_server((HOST, 0))


def get(url: str, **options: Any) -> requests.Response:
    """Send a GET request; the options are those of `requests`."""
    return request("GET", url, **options)


def post(url: str, **options: Any) -> requests.Response:
    """Send a POST request; the options are those of `requests`."""
    return request("POST", url, **options)


def request(
    method: str, url: str, *, timeout: float = TIMEOUT_SECONDS, **options: Any
) -> requests.Response:
    """Send a request; raises `requests.RequestException` on timeouts and connection errors."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, url, timeout=timeout, allow_redirects=False, **options)
    answer.encoding = "utf-8"
    return answer
