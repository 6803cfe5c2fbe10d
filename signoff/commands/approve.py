"""`signoff approve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.commands.deciding import answer, decide
from signoff.options import as_json, on_a_stage, review_id, yes

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("approve", short_help="Let what waits go on.")
@on_a_stage
@review_id
@click.option("--reason", metavar="TEXT", help="Why, for the record and the channel.")
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
    """Approve a review. At a terminal it is shown first, and what it asks for is asked."""
    review = decide(stage, "approve", review_id, reason, answer, yes=yes)
    from signoff.screen.results import say

    done = "Approved"
    if review["status"] == "PENDING":
        done = f"Your approval counts, {review['approvals']} of {review['required_approvals']}"
    say(done, review, as_json=as_json)
