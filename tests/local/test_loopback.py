"""Requests to this machine use no proxy and no credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import loopback
from tests.http_stub import Answer, http_stub

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with http_stub(Answer()) as proxy, http_stub(Answer(body=b"direct")) as server:
        monkeypatch.setenv(variable, proxy.url)
        assert loopback.get(server.url).text == "direct"
    assert proxy.asked == []


def test_no_password_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with http_stub(Answer()) as server:
        loopback.post(server.url, data=b"")
    assert "Authorization" not in server.headers[0]


def test_a_redirect_is_not_followed() -> None:
    with http_stub(Answer(303, headers={"Location": "/elsewhere"})) as server:
        answer = loopback.post(server.url, data=b"")
    assert (answer.status_code, answer.headers["location"]) == (303, "/elsewhere")
    assert len(server.asked) == 1


def test_a_text_is_decoded_as_utf_8_regardless_of_the_headers() -> None:
    with http_stub(
        Answer(body="größer".encode(), headers={"Content-Type": "text/plain"})
    ) as server:
        assert loopback.get(server.url).text == "größer"


def test_a_free_port_is_kept_and_a_taken_one_replaced() -> None:
    with loopback.listen() as first:
        port = first.getsockname()[1]
        with loopback.listen(port) as second:
            assert second.getsockname()[1] != port
    with loopback.listen(port) as third:
        assert third.getsockname() == (loopback.HOST, port)
