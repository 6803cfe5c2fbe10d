"""Tables of reviews; narrower terminals get fewer columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from signoff.screen.consoles import status_text, tag
from signoff.screen.people import deciders, requester
from signoff.screen.times import left, moment, until, urgency
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from signoff.api import Summary
    from signoff.stage import Stage

Column = tuple[str, int, "Callable[[Summary], Text]"]
"""A heading, the minimum terminal width, and the cell."""


def _id(review: Summary) -> Text:
    return Text(line(review["review_id"]), style="bold")


def _time_left(review: Summary) -> Text:
    time = until(review["deadline"])
    return Text(left(time), style=urgency(time))


def _approvals(review: Summary) -> Text:
    return Text(f"{review['approvals']} of {review['required_approvals']}")


def _ended(review: Summary) -> Text:
    return Text(moment(review["decided_at"] or review["ended_at"]))


def _when(review: Summary) -> Text:
    if review["status"] != "PENDING":
        return _ended(review)
    return Text.assemble(_time_left(review), " left")


_WAITING: Sequence[Column] = (
    ("ID", 0, _id),
    ("TIME LEFT", 0, _time_left),
    ("APPROVALS", 68, _approvals),
    ("TITLE", 0, lambda review: Text(line(review["title"]))),
    ("REQUESTED BY", 78, lambda review: Text(requester(review))),
)
_OVER: Sequence[Column] = (
    ("ID", 0, _id),
    ("STATUS", 0, lambda review: status_text(line(review["status"]))),
    ("WHEN", 68, _when),
    ("TITLE", 0, lambda review: Text(line(review["title"]))),
    ("BY", 98, lambda review: Text(deciders(review))),
    ("REQUESTED BY", 118, lambda review: Text(requester(review))),
)
_WIDEST = 24
"""Maximum width of every column but the title."""


def waiting(stage: Stage, reviews: Sequence[Summary], width: int) -> RenderableType:
    """Render pending reviews, soonest deadline first."""
    count = f"{len(reviews)} pending" if reviews else "No pending reviews."
    return _listed(stage, count, reviews, _WAITING, width)


def over(stage: Stage, reviews: Sequence[Summary], width: int) -> RenderableType:
    """Render reviews of any status."""
    count = "" if reviews else "No reviews."
    return _listed(stage, count, reviews, _OVER, width)


def _listed(
    stage: Stage, count: str, reviews: Sequence[Summary], columns: Sequence[Column], width: int
) -> RenderableType:
    head = Text.assemble(tag(stage), "  ", count)
    head.rstrip()
    if not reviews:
        return head
    shown = [column for column in columns if width >= column[1]]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading, _, _ in shown:
        if heading == "TITLE":
            table.add_column(heading, overflow="fold")
        else:
            table.add_column(heading, no_wrap=True, overflow="ellipsis", max_width=_WIDEST)
    for review in reviews:
        table.add_row(*(cell(review) for _, _, cell in shown))
    return Group(head, "", table)
