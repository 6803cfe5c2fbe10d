"""The embedded cloud listens on loopback only and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local import loopback
from local.cloud import Cloud, running_cloud
from local.cloud import process as module
from local.cloud.account import open_account
from local.errors import LocalError
from tests.conftest import REGION
from tests.local.cloud.patches.functions import Deployer
from tests.local.processes import runs
from tests.local_stack import eventually

START = f"""
import time
from pathlib import Path
from typing import Any
from local.cloud import process as module
from local.cloud import Cloud
cloud = Cloud(Path("cloud.log"), "{REGION}")
cloud.wait()
print(cloud.port, flush=True)
time.sleep(600)
"""


def listens(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def invoke_something(cloud: Cloud, folder: Path) -> dict[str, Any]:
    """Return the process ID and the environment of a warm Lambda."""
    deploy = Deployer(open_account(cloud.url, cloud.root("111111111111"), REGION), folder)
    function = deploy.function("return {'pid': os.getpid(), 'environment': dict(os.environ)}")
    answer = deploy.aws.functions.invoke(FunctionName=function.name, Payload=b"{}")
    return json.load(answer["Payload"])


def test_it_answers_on_loopback_only(cloud: Cloud) -> None:
    assert cloud.url == f"http://127.0.0.1:{cloud.port}"
    # A server on all interfaces would answer at any loopback address.
    assert not listens(cloud.port, "127.0.0.2")


def test_it_enforces_permissions(cloud: Cloud) -> None:
    assert loopback.get(f"{cloud.url}/_ministack/health").json()["auth"] == "enabled"


def test_its_functions_are_isolated_from_this_process_and_end_with_the_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_TOKEN", "xoxb-1")
    with running_cloud(tmp_path / "cloud.log", REGION) as cloud:
        cloud.wait()
        found = invoke_something(cloud, tmp_path / "cloud")
        os.kill(found["pid"], 0)
    assert "AWS_SESSION_TOKEN" in found["environment"]
    assert "SLACK_TOKEN" not in found["environment"]
    assert not listens(cloud.port)
    eventually(lambda: not runs(found["pid"]), "the end of the Lambda's process")
    assert [path.name for path in tmp_path.iterdir()] == ["cloud.log"]


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", START],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    with parent.stdout as output:
        port = int(output.readline())
    assert listens(port)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    eventually(lambda: not listens(port), "the end of the cloud")


def test_a_cloud_that_does_not_start_shows_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "server.py"
    script.write_text("raise SystemExit('no memory left')")
    monkeypatch.setattr(module, "SERVER", script)
    with (
        running_cloud(tmp_path / "cloud.log", REGION) as cloud,
        pytest.raises(LocalError, match=r"did not start(.|\n)*no memory left"),
    ):
        cloud.wait()


def test_an_unexpected_end_of_the_cloud_is_detected(tmp_path: Path) -> None:
    with running_cloud(tmp_path / "cloud.log", REGION) as cloud:
        cloud.wait()
        os.kill(cloud.pid, signal.SIGKILL)
        with pytest.raises(LocalError, match="the embedded AWS stopped"):
            cloud.stay()
