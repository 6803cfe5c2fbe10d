"""Rows of aligned columns whose last one wraps between words, so that links stay whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.containers import Lines

GAP = 2
NARROWEST = 20
"""The last column gets at least this width."""
WIDEST_NAME = 30
_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class Rows:
    """Rows with the same number of cells; print them with `crop=False`."""

    rows: Sequence[tuple[Text, ...]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the rows; a word that is longer than the last column is never broken."""
        del console
        *columns, _ = zip(*self.rows, strict=True)
        widths = [min(max(map(_width, cells)), WIDEST_NAME) for cells in columns]
        indent = sum(widths) + GAP * len(widths)
        room = max(options.max_width - indent, NARROWEST)
        for *cells, last in self.rows:
            head = [
                part
                for cell, width in zip(cells, widths, strict=True)
                for part in (cell, " " * (max(width - _width(cell), 0) + GAP))
            ]
            paragraphs = last.split("\n", allow_blank=True)
            lines = [part for paragraph in paragraphs for part in _wrap(paragraph, room)]
            for number, text in enumerate(lines):
                start = head if number == 0 else [" " * indent]
                text.rstrip()
                yield Text.assemble(*start, text, no_wrap=True, overflow="ignore")


def _wrap(line: Text, room: int) -> Lines:
    """Break a line between words; a word that is longer than the room is kept whole."""
    breaks: list[int] = []
    used = 0
    for found in _WORD.finditer(line.plain):
        if used and used + cell_len(found[0].rstrip()) > room:
            breaks.append(found.start())
            used = 0
        used += cell_len(found[0])
    return line.divide(breaks)


def _width(text: Text) -> int:
    return cell_len(text.plain)
