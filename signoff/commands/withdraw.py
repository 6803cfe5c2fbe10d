"""`signoff withdraw`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, reason, review_id, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("withdraw", short_help="Withdraw a review you requested.")
@stage_options
@review_id
@reason
@as_json
def command(*, stage: Stage, review_id: str, reason: str | None, as_json: bool) -> None:
    """Withdraw a review that you requested. It can no longer be decided."""
    from signoff.api import AskerApi
    from signoff.screen.results import print_result

    review = AskerApi(stage).withdraw(review_id, reason or "")
    print_result("Withdrawn", review, as_json=as_json)
