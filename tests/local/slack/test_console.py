"""The Slack simulator as a server: slow responses do not block requests or the shutdown."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from local import loopback
from local.slack import Channel, running_console
from tests.http_stub import Answer, http_stub
from tests.local.slack.conftest import CHANNEL, SECRET, TOKEN, actions, button
from tests.local_stack import eventually

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 60


@pytest.mark.parametrize("path", ["services/dev", "api/chat.postMessage"])
def test_a_slow_response_does_not_block_requests_or_the_shutdown(tmp_path: Path, path: str) -> None:
    channel = Channel("dev", "#signoff-dev", bot_token=TOKEN, configured_id=CHANNEL)
    with ThreadPoolExecutor() as pool:
        with running_console([channel], tmp_path / "slack.log", "any") as url:

            def post() -> Any:
                return loopback.post(
                    f"{url}/{path}",
                    json={"channel": CHANNEL, "text": "a"},
                    headers={"Authorization": f"Bearer {TOKEN}"},
                    timeout=LONGEST,
                )

            order = {"status": 200, "seconds": LONGEST, "times": 1}
            loopback.post(f"{url}/api/channels/dev/faults", json=order).raise_for_status()
            held = pool.submit(post)
            while not loopback.get(f"{url}/api/channels/dev/messages").json():
                assert not held.done()
            assert loopback.post(f"{url}/services/dev", json={"text": "b"}).text == "ok"
            assert not held.done()
            asked_to_end = time.monotonic()
        assert time.monotonic() - asked_to_end < LONGEST / 2
        assert held.result().status_code == 200


def test_an_unanswered_click_does_not_block_requests_or_the_shutdown(tmp_path: Path) -> None:
    channel = Channel("dev", "#signoff-dev", signing_secret=SECRET)
    respond = threading.Event()
    with http_stub(Answer(hold=respond)) as decision_api, ThreadPoolExecutor() as pool:
        channel.decision_api_url = decision_api.url
        with running_console([channel], tmp_path / "slack.log", "any") as url:
            message = {"text": "a", "blocks": [actions(button())]}
            loopback.post(f"{url}/services/dev", json=message).raise_for_status()
            (shown,) = loopback.get(f"{url}/api/channels/dev/messages").json()
            click = {"action_id": "approve", "user_id": "U1", "user_name": "ada"}
            address = f"{url}/api/channels/dev/messages/{shown['ts']}/click"
            pool.submit(loopback.post, address, json=click)
            eventually(lambda: decision_api.asked, "the click")
            assert loopback.post(f"{url}/services/dev", json={"text": "b"}).text == "ok"
            asked_to_end = time.monotonic()
        took = time.monotonic() - asked_to_end
        respond.set()
    assert took < LONGEST / 4
