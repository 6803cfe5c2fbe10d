"""Another user of the machine opens the console's pages and clicks their buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from local import loopback
from local.slack import Channel, running_console
from local.slack.pages.sign_in import sign_in_link

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

TOKEN = "printed-once"


@pytest.fixture
def console(tmp_path: Path) -> Generator[str]:
    channel = Channel("dev", "#signoff-dev", signing_secret="s" * 16)
    with running_console([channel], tmp_path / "slack.log", TOKEN) as url:
        loopback.post(f"{url}/services/dev", json={"text": "Hello"}).raise_for_status()
        yield url


def act(console: str, session: requests.Session, **headers: str) -> int:
    """Type a command on the channel's page."""
    url = f"{console}/channels/dev/command"
    answer = session.post(url, {"text": "x"}, headers=headers, allow_redirects=False, timeout=10)
    return answer.status_code


def test_without_the_token_the_console_is_read_only(console: str) -> None:
    with requests.Session() as visitor:
        assert visitor.get(f"{console}/channels/dev", timeout=10).status_code == 200
        assert act(console, visitor) == 403
        assert act(console, visitor, Authorization="Bearer guessed") == 403
        assert visitor.get(sign_in_link(f"{console}/", "guessed"), timeout=10).status_code == 403
        assert act(console, visitor) == 403
    ts = loopback.get(f"{console}/api/channels/dev/messages").json()[0]["ts"]
    pressed = f"{console}/channels/dev/messages/{ts}/click"
    assert loopback.post(pressed, data={"button": "a b"}).status_code == 403


def test_with_the_token_the_console_acts_and_never_logs_it(console: str, tmp_path: Path) -> None:
    with requests.Session() as owner:
        page = owner.get(sign_in_link(f"{console}/channels/dev", TOKEN), timeout=10)
        assert page.url == f"{console}/channels/dev"
        (cookie,) = owner.cookies
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "strict"
        assert act(console, owner) == 303
        assert TOKEN not in page.text
    with requests.Session() as program:
        assert act(console, program, Authorization=f"Bearer {TOKEN}") == 303
    log = (tmp_path / "slack.log").read_text()
    assert "GET /channels/dev" in log
    assert TOKEN not in log


def test_the_slack_simulator_needs_no_token(console: str) -> None:
    assert loopback.post(f"{console}/services/dev", json={"text": "x"}).text == "ok"
    assert loopback.get(f"{console}/api/channels/dev/messages").status_code == 200
