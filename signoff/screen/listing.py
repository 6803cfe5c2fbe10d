"""Lists of reviews, printed once or kept up to date."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from rich.console import Group
from rich.live import Live
from rich.text import Text

from signoff.errors import InvalidCredentials, Unreachable, WrongUsage
from signoff.screen import consoles, tables
from signoff.text import as_json as json_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from signoff.api import ReviewSummary
    from signoff.stage import Stage

Results = tuple["Sequence[ReviewSummary]", bool]
REFRESH_SECONDS = 2
REDRAWS_PER_SECOND = 4
"""Redraws per second between requests, to count down the time left."""


def show(
    stage: Stage, status: str, reviews: Sequence[ReviewSummary], more: bool, *, as_json: bool
) -> None:
    """Print a list; `more` if it is truncated."""
    if as_json:
        click.echo(json_of({"reviews": reviews, "more": more}))
        return
    screen = consoles.stdout()
    screen.print(_render(stage, status, (reviews, more), screen.width))


def watch(stage: Stage, status: str, fetch: Callable[[], Results]) -> None:
    """Show a list and keep it up to date until interrupted. Raises `WrongUsage`."""
    screen = consoles.stdout()
    if not screen.is_terminal:
        raise WrongUsage(
            "--watch requires a terminal.", "Run without --watch to print the list once."
        )
    results, error = fetch(), ""
    try:
        with Live(console=screen, auto_refresh=False) as live:
            while True:
                shown: list[RenderableType] = [_render(stage, status, results, screen.width)]
                if error:
                    shown += ["", Text(error, style="red")]
                live.update(Group(*shown), refresh=True)
                for _ in range(REFRESH_SECONDS * REDRAWS_PER_SECOND):
                    time.sleep(1 / REDRAWS_PER_SECOND)
                    live.update(Group(*shown), refresh=True)
                results, error = _refresh(fetch, results)
    except KeyboardInterrupt:
        return


def _refresh(fetch: Callable[[], Results], before: Results) -> tuple[Results, str]:
    """Refresh the list; keep the old one while the stage is unreachable."""
    try:
        return fetch(), ""
    except InvalidCredentials:
        raise
    except Unreachable as error:
        return before, f"{error} Showing the last known list; retrying."


def _render(stage: Stage, status: str, results: Results, width: int) -> RenderableType:
    reviews, more = results
    table = (tables.pending if status == "PENDING" else tables.any_status)(stage, reviews, width)
    if not more:
        return table
    note = f"More results: --limit {2 * len(reviews)}"
    return Group(table, "", Text(note, style="dim"))
