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

    from signoff.asking.following import Following
    from signoff.stage import Stage


@contextmanager
def progress(stage: Stage, notes: Console) -> Generator[Callable[[Following], None]]:
    """Yield the function that reports progress."""
    if not notes.is_terminal:
        yield _lines(notes)
        return
    spinner = Spinner("dots", _waiting(stage, None))
    with Live(spinner, console=notes, transient=True):
        yield lambda following: spinner.update(text=_waiting(stage, following))


def _waiting(stage: Stage, following: Following | None) -> Text:
    review = following.review if following else None
    text = Text.assemble(consoles.tag(stage), "  ", "Waiting for a decision")
    if review:
        text = Text.assemble(text, " · ", cards.time_and_approvals(review))
    if following and following.trouble:
        text = Text.assemble(text, (" · stage not responding, retrying", "red"))
    return text


def _lines(notes: Console) -> Callable[[Following], None]:
    told = ""

    def tell(following: Following) -> None:
        nonlocal told
        review = following.review
        approvals = (
            f"{review['approvals']} of {review['required_approvals']} approvals" if review else ""
        )
        if approvals and approvals != told:
            told = approvals
            notes.print(Text(f"Waiting for a decision: {approvals}"))

    return tell
