"""Progress of waiting and uploads: live on a terminal, otherwise a line per change."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rich.live import Live
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.spinner import Spinner
from rich.table import Column
from rich.text import Text

from signoff.screen import consoles
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from signoff.stage import Stage

Polled = TypeVar("Polled")


@contextmanager
def progress(
    stage: Stage,
    waiting: str,
    live: Callable[[Polled], Text | str],
    plain: Callable[[Polled], str],
) -> Generator[Callable[[Polled | None, str], None]]:
    """Yield the function that reports progress.

    `live` describes the state on a terminal, where it may count down; `plain` is for logs.
    """
    notes = consoles.stderr()
    if not notes.is_terminal:
        printed: list[str] = []

        def print_change(polled: Polled | None, _error: str) -> None:
            text = plain(polled) if polled is not None else ""
            if polled is not None and printed[-1:] != [text]:
                printed.append(text)
                notes.print(Text(": ".join(filter(None, (waiting, text)))), soft_wrap=True)

        yield print_change
        return

    def status_line(polled: Polled | None, error: str) -> Text:
        text = Text.assemble(consoles.stage_label(stage), "  ", waiting)
        if polled is not None and (state := live(polled)):
            text = Text.assemble(text, " · ", state)
        if error:
            text = Text.assemble(text, (" · stage not responding, retrying", "red"))
        return text

    spinner = Spinner("dots", status_line(None, ""))
    with Live(spinner, console=notes, transient=True):
        yield lambda polled, error: spinner.update(text=status_line(polled, error))


@contextmanager
def uploading(name: str, size: int) -> Generator[Callable[[int], None]]:
    """Yield the function that reports how many bytes of a file are uploaded."""
    notes, text = consoles.stderr(), f"Uploading {line(name)}"
    if not notes.is_terminal:
        notes.print(Text(text), soft_wrap=True)
        yield lambda _: None
        return
    name_column = Column(no_wrap=True, max_width=36)
    columns = (
        TextColumn("{task.description}", markup=False, table_column=name_column),
        BarColumn(bar_width=16),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes, transient=True) as bar:
        task = bar.add_task(text, total=size)
        yield lambda sent: bar.update(task, completed=sent)
