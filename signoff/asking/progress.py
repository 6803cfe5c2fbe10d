"""Progress while waiting: a live line on a terminal, otherwise a line per change."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from signoff.screen import cards, consoles

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import Console

    from signoff.asking.poller import Poller
    from signoff.stage import Stage


@contextmanager
def progress(stage: Stage, notes: Console) -> Generator[Callable[[Poller], None]]:
    """Yield the function that reports progress."""
    if not notes.is_terminal:
        yield _print_changes(notes)
        return
    spinner = Spinner("dots", _status_line(stage, None))
    with Live(spinner, console=notes, transient=True):
        yield lambda poller: spinner.update(text=_status_line(stage, poller))


def _status_line(stage: Stage, poller: Poller | None) -> Text:
    review = poller.review if poller else None
    text = Text.assemble(consoles.stage_label(stage), "  ", "Waiting for a decision")
    if review:
        text = Text.assemble(text, " · ", cards.time_and_approvals(review))
    if poller and poller.error:
        text = Text.assemble(text, (" · stage not responding, retrying", "red"))
    return text


def _print_changes(notes: Console) -> Callable[[Poller], None]:
    printed = ""

    def report(poller: Poller) -> None:
        nonlocal printed
        review = poller.review
        approvals = (
            f"{review['approvals']} of {review['required_approvals']} approvals" if review else ""
        )
        if approvals and approvals != printed:
            printed = approvals
            notes.print(Text(f"Waiting for a decision: {approvals}"))

    return report
