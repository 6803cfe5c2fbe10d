"""Progress while waiting: a live line on a terminal, otherwise a line per change."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from signoff.screen import consoles

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
