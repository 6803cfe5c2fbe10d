"""`up` and `demo` from start to stop, run like by a person."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from local import loopback
from tests.local.processes import descendants, runs
from tests.local_stack import ROOT, SECONDS_TO_WAIT, eventually
from tests.signing import Caller, client

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path


@contextmanager
def started(folder: Path, *arguments: str) -> Generator[subprocess.Popen[str]]:
    """Start the local stack in a folder; kill it at the end if it is still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=0,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line_with(process: subprocess.Popen[str], text: str) -> str:
    """Read the output up to the line with this text."""
    output: IO[str] | None = process.stdout
    assert output
    read: list[str] = []
    for line in output:
        read.append(line)
        if text in line:
            return line
    raise AssertionError(f"no {text!r} in {''.join(read)}")


def stop(process: subprocess.Popen[str], number: signal.Signals) -> int:
    process.send_signal(number)
    process.communicate(timeout=SECONDS_TO_WAIT)
    return process.returncode


def arn_of(state: Mapping[str, Any], keys: Mapping[str, str]) -> str:
    """Return the ARN of these credentials."""
    caller = Caller(keys["access_key_id"], state["region"], keys["secret_access_key"])
    return str(client(caller, "sts", state["cloud_url"]).get_caller_identity()["Arn"])


def answers(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname, address.port)) == 0


def test_up_writes_the_state_for_other_programs(tmp_path: Path) -> None:
    """The stage also has its configured channels and bot."""
    file = tmp_path / ".local" / "state.json"
    settings = ("slackBotToken=xoxb-1", "slackChannelId=C0MINE", "escalateBefore=1h")
    with started(tmp_path, "up", "--stage", "dev", "--config", *settings) as process:
        line_with(process, "111111111111")
        state = json.loads(file.read_text())
        assert set(state) == {"cloud_url", "console_url", "region", "stages"}
        assert state["region"] == "eu-central-1"
        assert set(state["stages"]) == {"dev"}
        dev = state["stages"]["dev"]
        assert dev["account"] == "111111111111"
        assert arn_of(state, dev) == "arn:aws:iam::111111111111:root"
        assert ":user/" in arn_of(state, dev["user"])
        made = list(file.parent.rglob("*"))
        assert {stat.S_IMODE(it.stat().st_mode) & 0o077 for it in (file.parent, *made)} == {0}
        assert answers(state["stages"]["dev"]["outputs"]["decision_api_url"])
        assert answers(state["cloud_url"])

        console = state["console_url"]
        posted = loopback.post(
            f"{console}/api/chat.postMessage",
            json={"channel": "C0MINE", "text": "hello"},
            headers={"Authorization": "Bearer xoxb-1"},
        )
        assert posted.json()["ok"]
        assert len(loopback.get(f"{console}/api/channels/dev/messages").json()) == 1
        assert loopback.get(f"{console}/api/channels/dev-escalation/messages").json() == []
        assert "#signoff-dev-escalation" in loopback.get(console).text

        with started(tmp_path, "up", "--stage", "dev") as second:
            line_with(second, "already runs in this folder")
            assert second.wait() == 2
        assert file.exists()

        assert stop(process, signal.SIGTERM) == 0
        assert not file.exists()
        assert not answers(state["cloud_url"])
        assert not answers(state["console_url"])

    with started(tmp_path, "up", "--stage", "dev", "--config", "signoff:requiredApprovals=2") as up:
        line_with(up, "decide by button in the channel")
        line_with(up, "Press Ctrl-C to stop.")
        again = json.loads(file.read_text())
        for url in ("cloud_url", "console_url"):
            assert again[url] == state[url], "the ports of the previous run must be reused"
        assert stop(up, signal.SIGINT) == 0


def test_up_can_be_interrupted_during_deployment(tmp_path: Path) -> None:
    with started(tmp_path, "up") as process:
        log = tmp_path / ".local" / "cloud.log"
        while not (log.exists() and "created" in log.read_text()):
            assert process.poll() is None
        family = descendants(process.pid)
        assert stop(process, signal.SIGINT) == 0
        assert not any(map(runs, family))
    assert not (tmp_path / ".local" / "state.json").exists()


def test_the_demo_decides_by_link_or_button_and_prints_the_result(
    tmp_path: Path,
) -> None:
    with started(tmp_path, "demo") as process:
        line_with(process, "Ready. Open the Slack simulator:")
        console = line_with(process, "http").strip().partition("/?token=")[0]
        line_with(process, "decide by link")
        channel = line_with(process, "channel ").split()[1]
        approve = line_with(process, "approve ").split()[1]
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(channel)
            assert "Customer upload 2026-11-22" in page.text
            assert "token" not in page.url
            pressed = f"{console}/channels/dev/command"
            assert loopback.post(pressed, data={"text": "help"}).status_code == 403
            assert browser.post(pressed, data={"text": "help"}).status_code == 200
        assert loopback.get(approve).status_code == 200
        pages: dict[str, str] = {}
        for stage in ("uat", "prod"):
            line_with(process, "decide by button in the channel")
            pages[stage] = line_with(process, "page ").split()[1]
        assert "Ada Okafor (U045REVIEW)" in line_with(process, "Slack users")
        line_with(process, "In another terminal:")
        pasted = [line_with(process, sign).strip() for sign in ("cd ", "signoff list", "approve")]
        listed = paste(*pasted[:2])
        assert "Customer upload 2026-11-22" in listed
        assert pasted[2].split()[-1] in approve
        line_with(process, "Press Ctrl-C to stop.")

        url, review = approve.split("?review=")
        assert loopback.post(url, data={"review": review}).status_code == 303
        assert line_with(process, "dev: ").startswith("dev: approved by ")
        # A bot shows full names.
        for stage, posted_by, name in (
            ("uat", "webhook", "Ann"),
            ("prod", "chat.postMessage", "Ada Okafor"),
        ):
            decide_by_button(f"{console}/api/channels/{stage}", pages[stage], posted_by)
            assert line_with(process, f"{stage}: ").startswith(f"{stage}: approved by {name}")
        line_with(process, "All reviews have ended. The local stack is still running.")
        line_with(process, "Put a file of your own through it:")
        assert "arn:aws:states:" in paste(pasted[0], line_with(process, "signoff").strip())
        assert stop(process, signal.SIGINT) == 0


def paste(*commands: str) -> str:
    """Run commands in a shell in another folder; return their output."""
    return subprocess.run(
        ["bash", "-c", " && ".join(commands)],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS_TO_WAIT,
    ).stdout


def decide_by_button(channel: str, page: str, posted_by: str) -> None:
    """Approve with the button, and return how the message was delivered."""
    url, review = page.split("?review=")
    assert loopback.get(page).status_code == 200
    assert loopback.post(url, data={"review": review}).status_code == 403
    deliveries = loopback.get(f"{channel}/deliveries").json()
    assert {each["method"] for each in deliveries} == {posted_by}
    [message] = loopback.get(f"{channel}/messages").json()
    loopback.post(
        f"{channel}/messages/{message['ts']}/click",
        json={"action_id": "approve", "user_id": "U045REVIEW", "user_name": "Ann"},
    ).raise_for_status()


def test_the_leftovers_of_a_killed_local_stack_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first demo confirms a Slack workflow's subscription; the second has no review."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    left = tmp_path / ".local" / "cloud"
    demo = ("demo", "--stage", "dev", "--config")
    with started(tmp_path, *demo, "slackDelivery=sns-https") as process:
        assert "?review=" in line_with(process, "reject ")
        family = descendants(process.pid)
        for number in (process.pid, *family):  # including the cloud
            os.kill(number, signal.SIGKILL)
    eventually(lambda: not any(map(runs, family)), "the end of every process")
    assert list(left.iterdir())
    (left / "of the first").touch()

    with started(tmp_path, *demo, "anomalyThreshold=0.5") as process:
        line_with(process, "Ready.")
        assert not (left / "of the first").exists()
        line_with(process, "dev: the workflow ended without a review: published without a review")
        assert process.wait() == 1
    assert not left.exists()
    assert not (tmp_path / ".local" / "state.json").exists()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "sign",
    ["Starting", "create a Slack app from the output slack_app_manifest"],
    ids=["deploying", "ready"],
)
def test_killing_the_local_stack_ends_all_of_its_processes(tmp_path: Path, sign: str) -> None:
    with started(tmp_path, "up", "--stage", "dev", "--no-slack") as process:
        line_with(process, sign)
        family = eventually(lambda: descendants(process.pid), "the local stack's processes")
        process.kill()
    eventually(lambda: not any(map(runs, family)), "the end of every process")
