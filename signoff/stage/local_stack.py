"""Stages of the local stack, read from `.local/state.json` while it runs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from signoff.errors import Unreachable, WrongUsage
from signoff.stage.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE = Path(".local/state.json")
DEFAULT = "dev"


def local_stage(name: str | None) -> Stage:
    """Resolve a stage of the local stack that runs in this folder; `dev` by default.

    Raises `Unreachable` if none is running, and `WrongUsage` for an unknown stage.
    """
    state = _state()
    options = f"--local --stage {name}" if name else "--local"
    name = name or DEFAULT
    if name not in state["stages"]:
        raise WrongUsage(
            f'The local stack has no stage "{name}".',
            f"Available stages: {', '.join(state['stages'])}.",
        )
    _clear_aws_environment()
    stage = state["stages"][name]
    return Stage(
        name=name,
        outputs=stage["outputs"],
        cloud_url=state["cloud_url"],
        local_keys=stage["user"],
        options=options,
    )


def local_stages() -> list[str]:
    """List the stages of the local stack that runs in this folder."""
    return list(_state()["stages"])


def _state() -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", json.loads(STATE.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise Unreachable(
            f"No local stack is running in this folder ({STATE} not found).",
            "Start one with make demo, or change to the folder where it runs.",
        ) from None
    except (OSError, ValueError) as error:
        raise Unreachable(
            f"Could not read {STATE}: {error}", "Restart the local stack: make demo"
        ) from None


def _clear_aws_environment() -> None:
    """Keep boto3 from using the user's AWS profiles and endpoints."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
