"""Fixes as commands to run, on AWS or on the local stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signoff.stage import Stage


def deploy(stage: Stage) -> str:
    """Deploy the current program."""
    if stage.is_local:
        return "Restart the local stack: make demo"
    return f"Deploy it: pulumi up -s {_stack(stage)}"


def restore(stage: Stage) -> str:
    """Revert changes made outside Pulumi, which needs a refresh."""
    if stage.is_local:
        return deploy(stage)
    return f"Restore it: pulumi up --refresh -s {_stack(stage)}"


def set_value(stage: Stage, key: str) -> str:
    """Set a configuration key and deploy."""
    return _set(stage, key, "", "")


def set_secret(stage: Stage, key: str) -> str:
    """Set a secret configuration key and deploy."""
    return _set(stage, key, "--secret ", "")


def reset_secret(stage: Stage, key: str) -> str:
    """Set a secret configuration key again, overwriting a value stored outside Pulumi."""
    return _set(stage, key, "--secret ", "--refresh ")


def _set(stage: Stage, key: str, kind: str, refresh: str) -> str:
    if stage.is_local:
        return f"Restart the local stack with it: python -m local up --config {key}=…"
    stack = _stack(stage)
    return (
        f"Set it and deploy: pulumi config set {kind}signoff:{key} … -s {stack},"
        f" then pulumi up {refresh}-s {stack}"
    )


def _stack(stage: Stage) -> str:
    return stage.stack or stage.name
