"""Lists of reviews, printed once or kept up to date."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from rich.console import Group
from rich.live import Live
from rich.text import Text

from signoff.errors import UnknownCaller, Unreachable, WrongUsage
from signoff.screen import consoles, tables
from signoff.text import as_json as json_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from signoff.api import Summary
    from signoff.stage import Stage

Found = tuple["Sequence[Summary]", bool]
LOOK_EVERY_SECONDS = 2
TICKS = 4
"""Redraws per second between requests, to count down the time left."""


def show(
    stage: Stage, status: str, reviews: Sequence[Summary], more: bool, *, as_json: bool
) -> None:
    """Print a list; `more` if it is truncated."""
    if as_json:
        click.echo(json_of({"reviews": reviews, "more": more}))
        return
    screen = consoles.output()
    screen.print(_listed(stage, status, (reviews, more), screen.width))


def watch(stage: Stage, status: str, look: Callable[[], Found]) -> None:
    """Show a list and keep it up to date until interrupted. Raises `WrongUsage`."""
    screen = consoles.output()
    if not screen.is_terminal:
        raise WrongUsage(
            "--watch requires a terminal.", "Run without --watch to print the list once."
        )
    found, trouble = look(), ""
    try:
        with Live(console=screen, auto_refresh=False) as live:
            while True:
                shown: list[RenderableType] = [_listed(stage, status, found, screen.width)]
                if trouble:
                    shown += ["", Text(trouble, style="red")]
                live.update(Group(*shown), refresh=True)
                for _ in range(LOOK_EVERY_SECONDS * TICKS):
                    time.sleep(1 / TICKS)
                    live.update(Group(*shown), refresh=True)
                found, trouble = _looked(look, found)
    except KeyboardInterrupt:
        return


def _looked(look: Callable[[], Found], before: Found) -> tuple[Found, str]:
    """Refresh the list; keep the old one while the stage is unreachable."""
    try:
        return look(), ""
    except UnknownCaller:
        raise
    except Unreachable as error:
        return before, f"{error} Showing the last known list; retrying."


def _listed(stage: Stage, status: str, found: Found, width: int) -> RenderableType:
    reviews, more = found
    listed = (tables.waiting if status == "PENDING" else tables.over)(stage, reviews, width)
    if not more:
        return listed
    note = f"More results: --limit {2 * len(reviews)}"
    return Group(listed, "", Text(note, style="dim"))
