"""A click reaches the app as signed, and every outcome becomes a response."""

from __future__ import annotations

import socket
import threading

import pytest

from local.slack.interactions.request_url import post
from tests.http_stub import Answer, http_stub


def test_the_body_is_forwarded_unchanged_and_the_response_returned() -> None:
    with http_stub(Answer(409, "schon entschieden: nächster Schritt".encode())) as app:
        answer = post(app.url, b"payload=%7B%7D", {"X-Slack-Signature": "v0=ab"})
    assert app.asked == [("POST", "/hook", b"payload=%7B%7D")]
    assert app.headers[0]["X-Slack-Signature"] == "v0=ab"
    assert (answer.status, answer.body) == (409, "schon entschieden: nächster Schritt")


def test_a_redirect_is_returned_and_not_followed() -> None:
    with http_stub(Answer(302, headers={"Location": "/elsewhere"})) as app:
        assert post(app.url, b"", {}).status == 302
    assert len(app.asked) == 1


def test_an_unreachable_app_is_a_502() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/hook", b"", {}).status == 502


@pytest.mark.parametrize("address", ["http://[", "nowhere", "ftp://127.0.0.1/hook"])
def test_an_invalid_request_url_is_a_502(address: str) -> None:
    assert post(address, b"", {}).status == 502


def test_an_app_that_times_out_is_a_504() -> None:
    respond = threading.Event()
    with http_stub(Answer(hold=respond)) as app:
        answer = post(app.url, b"", {}, seconds=0.1)
        respond.set()
    assert answer.status == 504
