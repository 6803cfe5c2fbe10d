"""The examples' shell script."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.examples.callers import EXAMPLES
from tests.local_stack import DeployedStage
from tests.signing import Caller

SCRIPT = EXAMPLES / "ask.sh"


def environment_of(dev: DeployedStage, caller: Caller) -> dict[str, str]:
    """Return the script's environment: the stage and the credentials."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "AWS_DEFAULT_REGION": dev.region,
        "AWS_ACCESS_KEY_ID": caller.key,
        "AWS_SECRET_ACCESS_KEY": caller.secret,
        "AWS_SESSION_TOKEN": caller.token or "",
        "SECONDS_BETWEEN_LOOKS": "1",
    }


def _restore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Asked:
    """A running script that waits for a decision."""

    def __init__(self, dev: DeployedStage, env: Mapping[str, str], request: Path) -> None:
        self._dev, self.title = dev, json.loads(request.read_text())["title"]
        self.process = subprocess.Popen(
            [SCRIPT, dev.outputs["decision_api_url"], request],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Background processes of a shell ignore interrupts, and so would the script.
            preexec_fn=_restore_interrupts,
        )

    def review_id(self) -> str:
        message = self._dev.message_with(self.title, "approve?review=")
        found = re.search(r"approve\?review=([a-z2-7]{16})", json.dumps(message))
        assert found
        return found[1]

    def end(self) -> tuple[int, str, str]:
        """Return exit status, output and errors."""
        output, errors = self.process.communicate(timeout=90)
        return self.process.returncode, output, errors
