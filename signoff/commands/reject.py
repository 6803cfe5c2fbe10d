"""`signoff reject`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.commands.deciding import answer, decide
from signoff.options import as_json, on_a_stage, review_id, yes

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("reject", short_help="Let what waits fail, with a reason.")
@on_a_stage
@review_id
@click.option("--reason", metavar="TEXT", help="Why: a rejection needs a reason.")
@answer
@yes
@as_json
def command(
    *,
    stage: Stage,
    review_id: str,
    reason: str | None,
    answer: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Reject a review. At a terminal it is shown first, and what is missing is asked."""
    review = decide(stage, "reject", review_id, reason, answer, yes=yes)
    from signoff.screen.results import say

    say("Rejected", review, as_json=as_json)
