"""Stages on AWS, read from `pulumi stack output`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, cast

from signoff.errors import Refused, Unreachable, WrongUsage
from signoff.stage.stage import Stage
from signoff.text import line

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 60
INSTALL = "Install it: https://www.pulumi.com/docs/install/"


def stack_stage(name: str) -> Stage:
    """Resolve a stage by its stack's outputs.

    Raises `WrongUsage` for an unknown stack, `Refused` for one that is not deployed, and
    `Unreachable` if Pulumi is missing or fails.
    """
    outputs = _outputs(name)
    if not outputs:
        raise Refused(
            f'The stage "{line(name)}" is not deployed.', f"Deploy it: pulumi up -s {line(name)}"
        )
    return Stage(
        name=name.rpartition("/")[2], stack=name, outputs=outputs, options=f"--stage {name}"
    )


def stack_stages() -> list[str]:
    """List the stages that have a stack configuration file, without calling Pulumi."""
    return sorted(path.name.split(".")[1] for path in _project().glob("Pulumi.*.yaml"))


def _project() -> Path:
    """The program's folder; for an installed package, the current folder."""
    return ROOT if (ROOT / "Pulumi.yaml").exists() else Path.cwd()


def _outputs(name: str) -> dict[str, Any]:
    command = ["pulumi", "stack", "output", "--json", "--non-interactive", f"--stack={name}"]
    try:
        answer = subprocess.run(  # noqa: S603 - the user's own Pulumi, without a shell
            command,
            cwd=_project(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise Unreachable(
            "Stages on AWS are read with pulumi, which is not installed.", INSTALL
        ) from None
    except subprocess.TimeoutExpired:
        raise Unreachable(
            f"pulumi did not respond within {TIMEOUT_SECONDS} s.", _command_hint(name)
        ) from None
    if answer.returncode:
        raise _pulumi_error(name, answer.stderr or answer.stdout)
    try:
        return cast("dict[str, Any]", json.loads(answer.stdout))
    except ValueError:
        raise Unreachable("pulumi did not print JSON.", _command_hint(name)) from None


def _pulumi_error(name: str, message: str) -> Exception:
    message = line(message).removeprefix("error: ")
    if "a stack name may only" in message:
        return WrongUsage(f'"{line(name)}" is not a valid stage name: {message}')
    if "no stack named" in message:
        stages = ", ".join(stack_stages()) or "none"
        return WrongUsage(
            f'No stage "{line(name)}" in the backend that pulumi is logged in to.',
            f"Configured stages: {stages}. List deployed ones: pulumi stack ls",
        )
    if "PULUMI_ACCESS_TOKEN" in message or "pulumi login" in message:
        return Unreachable(
            "pulumi is not logged in.", "Log in to the backend of the stages: pulumi login"
        )
    return Unreachable(f"pulumi could not read the outputs: {message}", _command_hint(name))


def _command_hint(name: str) -> str:
    return f"Run it to see the error: pulumi stack output -s {line(name)}"
