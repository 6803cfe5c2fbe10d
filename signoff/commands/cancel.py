"""`signoff cancel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, on_a_stage, review_id, yes

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("cancel", short_help="Cancel a review and fail its caller.")
@on_a_stage
@review_id
@click.option("--reason", metavar="TEXT", help="Shown in the channel and kept in the audit log.")
@yes
@as_json
def command(*, stage: Stage, review_id: str, reason: str | None, yes: bool, as_json: bool) -> None:
    """Cancel a review. It can no longer be decided, and its caller fails."""
    from signoff import prompts
    from signoff.api import OperatorApi
    from signoff.screen.results import say

    api = OperatorApi(stage)
    review = api.review(review_id)
    if review["status"] == "PENDING":
        prompts.present(stage, review)
        prompts.confirm(stage, "cancel", yes=yes)
    say("Cancelled", api.cancel(review, reason or ""), as_json=as_json)
