"""The two screens: what was asked for goes to one, what is said about it to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from signoff.stage import Stage

STATUS_STYLES = {
    "PENDING": "yellow",
    "APPROVED": "green",
    "REJECTED": "red",
    "EXPIRED": "magenta",
    "CANCELLED": "dim",
    "UNDELIVERED": "red",
}


def output() -> Console:
    """Open standard output. Without a terminal, or with NO_COLOR, it has no colours."""
    return Console(highlight=False, markup=False, emoji=False)


def notes() -> Console:
    """Open standard error, for what is said beside the output."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def tag(stage: Stage) -> Text:
    """Name the stage, production in red, so that it is not taken for another."""
    style = "bold white on red" if stage.is_production else "bold reverse"
    where = Text(" on the local stack", style="dim") if stage.is_local else Text()
    return Text.assemble((f" {stage.name} ", style), where)


def status_text(status: str) -> Text:
    """Give a status in its colour."""
    return Text(status, style=STATUS_STYLES.get(status, ""))
