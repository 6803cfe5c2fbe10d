"""`signoff show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, review_id, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("show", short_help="Show a review and its audit log.")
@stage_options
@review_id
@as_json
def command(*, stage: Stage, review_id: str, as_json: bool) -> None:
    """Show a review: the request, its status and its audit log."""
    from signoff.api import OperatorApi
    from signoff.screen.results import print_review

    print_review(stage, OperatorApi(stage).review(review_id), as_json=as_json)
