"""Stages on the local stack: what `.local/state.json` says while `make demo` runs."""

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
    """Find a stage of the local stack that runs in this folder; `dev` where none is named.

    Raises `Unreachable` where none runs, and `WrongUsage` for a stage that it does not have.
    """
    state = _state()
    name = name or DEFAULT
    if name not in state["stages"]:
        raise WrongUsage(
            f'The local stack has no stage "{name}".', f"It has {', '.join(state['stages'])}."
        )
    _forget_the_real_cloud()
    stage = state["stages"][name]
    return Stage(
        name=name,
        outputs=stage["outputs"],
        cloud_url=state["cloud_url"],
        local_keys=stage["user"],
    )


def local_stages() -> list[str]:
    """Name the stages of the local stack that runs in this folder."""
    return list(_state()["stages"])


def _state() -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", json.loads(STATE.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise Unreachable(
            f"No local stack runs in this folder: there is no {STATE}.",
            "Start one with make demo, or go to the folder in which it runs.",
        ) from None
    except (OSError, ValueError) as error:
        raise Unreachable(f"{STATE} cannot be read: {error}", "Start it anew: make demo") from None


def _forget_the_real_cloud() -> None:
    """Make sure that no profile or endpoint of the person at the keyboard is used."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
