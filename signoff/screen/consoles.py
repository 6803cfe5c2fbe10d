"""Consoles for standard output (results) and standard error (notes)."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from signoff.stage import Stage

UNLIMITED = 10_000

STATUS_STYLES = {
    "PENDING": "yellow",
    "APPROVED": "green",
    "REJECTED": "red",
    "EXPIRED": "magenta",
    "CANCELLED": "dim",
    "UNDELIVERED": "red",
}


def stdout() -> Console:
    """Standard output; no colors without a terminal or with NO_COLOR.

    A pipe or file has no width unless COLUMNS is set, so that nothing is wrapped or cut.
    """
    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    width = None if has_width else UNLIMITED
    return Console(highlight=False, markup=False, emoji=False, width=width)


def stderr() -> Console:
    """Standard error, for prompts and progress."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def stage_label(stage: Stage) -> Text:
    """Label of the stage; production is red."""
    style = "bold white on red" if stage.is_production else "bold reverse"
    where = Text(" (local stack)", style="dim") if stage.is_local else Text()
    return Text.assemble((f" {stage.name} ", style), where)


def status_text(status: str) -> Text:
    """A status in its color."""
    return Text(status, style=STATUS_STYLES.get(status, ""))
