"""The process that deploys one stage; a process can hold one Pulumi program only.

It takes a job as JSON on the standard input and writes one JSON object a line to the standard
output: `{"made": NAME}` for each resource, at the end `{"outputs": {…}}` or `{"error": "…"}`.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from local.cloud.account import open_account
from local.deployment.program import Program
from local.deployment.resources import make
from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.deployment.resources.created import Created


def main() -> None:
    """Deploy the stage that the standard input describes."""
    say = _speaker()
    try:
        say({"outputs": _deploy(json.load(sys.stdin), say)})
    except (pulumi.RunError, LocalError) as error:
        say({"error": str(error)})
    except Exception as error:  # noqa: BLE001 - the parent shows it, the log has the traceback
        traceback.print_exc()
        say({"error": f"{type(error).__name__}: {error}"})


def _deploy(job: dict[str, Any], say: Callable[[dict[str, object]], None]) -> dict[str, object]:
    account = open_account(job["cloud_url"], job["account"], job["region"])
    program = Program(
        root=Path(job["root"]),
        project=job["project"],
        stack=job["stage"],
        config=job["config"],
        secret_keys=frozenset(job["secret_keys"]),
    )

    def make_and_tell(token: str, name: str, values: Mapping[str, object]) -> Created:
        created = make(account, token, name, values)
        say({"made": name})
        return created

    return program.run(make_and_tell)


def _speaker() -> Callable[[dict[str, object]], None]:
    """Keep the standard output for answers; what anybody prints goes to the log."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(answer: dict[str, object]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    return say


if __name__ == "__main__":
    main()
