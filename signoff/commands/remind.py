"""`signoff remind`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, review_id, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("remind", short_help="Post a reminder in the channel.")
@stage_options
@review_id
@as_json
def command(*, stage: Stage, review_id: str, as_json: bool) -> None:
    """Post a reminder of a pending review in the channel, at most once a minute."""
    from signoff.api import OperatorApi
    from signoff.screen.results import print_result

    api = OperatorApi(stage)
    print_result("Reminder sent", api.remind(api.review(review_id)), as_json=as_json)
