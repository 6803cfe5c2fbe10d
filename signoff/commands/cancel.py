"""`signoff cancel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, reason, review_id, stage_options, yes

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("cancel", short_help="Cancel a review and fail its caller.")
@stage_options
@review_id
@reason
@yes
@as_json
def command(*, stage: Stage, review_id: str, reason: str | None, yes: bool, as_json: bool) -> None:
    """Cancel a review. It can no longer be decided, and its caller fails."""
    from signoff import prompts
    from signoff.api import OperatorApi
    from signoff.screen.results import print_result

    api = OperatorApi(stage)
    review = api.review(review_id)
    if review["status"] == "PENDING":
        prompts.show_review(stage, review)
        prompts.confirm(stage, "cancel", yes=yes)
    print_result("Cancelled", api.cancel(review, reason or ""), as_json=as_json)
