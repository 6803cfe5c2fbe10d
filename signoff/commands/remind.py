"""`signoff remind`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, on_a_stage, review_id

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("remind", short_help="Post a reminder in the channel.")
@on_a_stage
@review_id
@as_json
def command(*, stage: Stage, review_id: str, as_json: bool) -> None:
    """Post a reminder of a pending review in the channel, at most once a minute."""
    from signoff.api import OperatorApi
    from signoff.screen.results import say

    api = OperatorApi(stage)
    say("Reminder sent", api.remind(api.review(review_id)), as_json=as_json)
