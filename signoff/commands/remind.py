"""`signoff remind`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, on_a_stage, review_id

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("remind", short_help="Tell the channel now that a review waits.")
@on_a_stage
@review_id
@as_json
def command(*, stage: Stage, review_id: str, as_json: bool) -> None:
    """Remind the channel of a review, at most once a minute."""
    from signoff.api import OperatorApi
    from signoff.screen.results import say

    api = OperatorApi(stage)
    say("The channel is reminded", api.remind(api.review(review_id)), as_json=as_json)
