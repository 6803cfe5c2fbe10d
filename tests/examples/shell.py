"""The script of the examples, and the AWS CLI that it needs."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.examples.callers import EXAMPLES
from tests.laptop import DeployedStage

AWSCLI = "awscli==1.45.64"
SCRIPT = EXAMPLES / "ask.sh"


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The PATH with an AWS CLI on it; its package pins another botocore than the emulator's."""
    if shutil.which("aws"):
        return os.environ["PATH"]
    folder = tmp_path_factory.mktemp("aws-cli")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, AWSCLI], check=True)
    return f"{folder / 'bin'}:{os.environ['PATH']}"


def environment_of(dev: DeployedStage, path: str) -> dict[str, str]:
    """How the CLI finds the stage."""
    return {
        "PATH": path,
        "HOME": os.environ["HOME"],
        "AWS_ENDPOINT_URL": dev.cloud_url,
        "AWS_DEFAULT_REGION": dev.region,
        "AWS_ACCESS_KEY_ID": dev.account,
        "AWS_SECRET_ACCESS_KEY": "any",
        "SECONDS_BETWEEN_LOOKS": "1",
    }


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Asked:
    """The script, while it waits for people."""

    def __init__(
        self, dev: DeployedStage, env: Mapping[str, str], request: Path, machine: str
    ) -> None:
        self._dev, self.title = dev, json.loads(request.read_text())["title"]
        self.process = subprocess.Popen(
            [SCRIPT, dev.outputs[machine], request],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whatever runs in the background of a shell ignores it, and so would the script.
            preexec_fn=_hear_interrupts,
        )

    def review_id(self) -> str:
        message = self._dev.message_with(self.title, "approve?review=")
        found = re.search(r"approve\?review=([a-z2-7]{16})", json.dumps(message))
        assert found
        return found[1]

    def end(self) -> tuple[int, str, str]:
        """Its exit status, what it answers, and what it says besides."""
        output, errors = self.process.communicate(timeout=90)
        return self.process.returncode, output, errors
