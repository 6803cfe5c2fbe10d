"""Tables of reviews; narrower terminals get fewer columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from signoff.screen.consoles import stage_label, status_text
from signoff.screen.people import deciders, requester
from signoff.screen.times import date_and_time, format_duration, time_until, urgency_style
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from signoff.api import ReviewSummary
    from signoff.stage import Stage

Column = tuple[str, int, "Callable[[ReviewSummary], Text]"]
"""A heading, the minimum terminal width, and the cell."""


def _id(review: ReviewSummary) -> Text:
    return Text(line(review["review_id"]), style="bold")


def _time_left(review: ReviewSummary) -> Text:
    time = time_until(review["deadline"])
    return Text(format_duration(time), style=urgency_style(time))


def _approvals(review: ReviewSummary) -> Text:
    return Text(f"{review['approvals']} of {review['required_approvals']}")


def _ended(review: ReviewSummary) -> Text:
    return Text(date_and_time(review["decided_at"] or review["ended_at"]))


def _ended_or_left(review: ReviewSummary) -> Text:
    if review["status"] != "PENDING":
        return _ended(review)
    return Text.assemble(_time_left(review), " left")


_PENDING: Sequence[Column] = (
    ("ID", 0, _id),
    ("TIME LEFT", 0, _time_left),
    ("APPROVALS", 68, _approvals),
    ("TITLE", 0, lambda review: Text(line(review["title"]))),
    ("REQUESTED BY", 78, lambda review: Text(requester(review))),
)
_ANY_STATUS: Sequence[Column] = (
    ("ID", 0, _id),
    ("STATUS", 0, lambda review: status_text(line(review["status"]))),
    ("WHEN", 68, _ended_or_left),
    ("TITLE", 0, lambda review: Text(line(review["title"]))),
    ("BY", 98, lambda review: Text(deciders(review))),
    ("REQUESTED BY", 118, lambda review: Text(requester(review))),
)
_MAX_WIDTH = 24
"""Maximum width of every column but the title, if the table does not fit."""
_GAP = 2


def pending(stage: Stage, reviews: Sequence[ReviewSummary], width: int) -> RenderableType:
    """Render pending reviews, soonest deadline first."""
    count = f"{len(reviews)} pending" if reviews else "No pending reviews."
    return _render(stage, count, reviews, _PENDING, width)


def any_status(stage: Stage, reviews: Sequence[ReviewSummary], width: int) -> RenderableType:
    """Render reviews of any status."""
    count = "" if reviews else "No reviews."
    return _render(stage, count, reviews, _ANY_STATUS, width)


def _render(
    stage: Stage,
    count: str,
    reviews: Sequence[ReviewSummary],
    columns: Sequence[Column],
    width: int,
) -> RenderableType:
    head = Text.assemble(stage_label(stage), "  ", count)
    head.rstrip()
    if not reviews:
        return head
    shown = [column for column in columns if width >= column[1]]
    rows = [[cell(review) for _, _, cell in shown] for review in reviews]
    natural = [
        max(len(heading), *(cell_len(row[n].plain) for row in rows))
        for n, (heading, _, _) in enumerate(shown)
    ]
    fits = sum(natural) + _GAP * (len(shown) - 1) <= width
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    for heading, _, _ in shown:
        if heading == "TITLE":
            table.add_column(heading, overflow="fold")
        else:
            widest = None if fits else _MAX_WIDTH
            table.add_column(heading, no_wrap=True, overflow="ellipsis", max_width=widest)
    for row in rows:
        table.add_row(*row)
    return Group(head, "", table)
