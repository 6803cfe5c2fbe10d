"""What people type to change a stage: on AWS other words than on the laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signoff.stage import Stage


def deploy(stage: Stage) -> str:
    """Bring the stage in line with the program."""
    if stage.on_laptop:
        return "Start the laptop anew: make demo"
    return f"Deploy it: pulumi up -s {_stack(stage)}"


def repair(stage: Stage) -> str:
    """Undo what others did to the stage: without a refresh Pulumi trusts what it remembers."""
    if stage.on_laptop:
        return deploy(stage)
    return f"Put it back: pulumi up --refresh -s {_stack(stage)}"


def configure(stage: Stage, key: str, *, secret: bool = False) -> str:
    """Give a key of the configuration a value, and deploy."""
    if stage.on_laptop:
        return f"Start the laptop anew with it: python -m local up --config {key}=…"
    kind = "--secret " if secret else ""
    stack = _stack(stage)
    return f"pulumi config set {kind}signoff:{key} … -s {stack}, then pulumi up -s {stack}"


def _stack(stage: Stage) -> str:
    return stage.stack or stage.name
