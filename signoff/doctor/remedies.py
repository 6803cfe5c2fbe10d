"""What people type to change a stage: on AWS other words than on the local stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signoff.stage import Stage


def deploy(stage: Stage) -> str:
    """Bring the stage in line with the program."""
    if stage.is_local:
        return "Start the local stack anew: make demo"
    return f"Deploy it: pulumi up -s {_stack(stage)}"


def repair(stage: Stage) -> str:
    """Undo what others did to the stage: without a refresh Pulumi trusts what it remembers."""
    if stage.is_local:
        return deploy(stage)
    return f"Put it back: pulumi up --refresh -s {_stack(stage)}"


def configure(stage: Stage, key: str) -> str:
    """Give a key of the configuration a value, and deploy."""
    return _set(stage, key, "", "")


def keep(stage: Stage, key: str) -> str:
    """Give a key a secret value, and deploy."""
    return _set(stage, key, "--secret ", "")


def keep_again(stage: Stage, key: str) -> str:
    """Give a key a secret value that stands against what others stored, and deploy."""
    return _set(stage, key, "--secret ", "--refresh ")


def _set(stage: Stage, key: str, kind: str, refresh: str) -> str:
    if stage.is_local:
        return f"Start the local stack anew with it: python -m local up --config {key}=…"
    stack = _stack(stage)
    return (
        f"Set it and deploy: pulumi config set {kind}signoff:{key} … -s {stack},"
        f" then pulumi up {refresh}-s {stack}"
    )


def _stack(stage: Stage) -> str:
    return stage.stack or stage.name
