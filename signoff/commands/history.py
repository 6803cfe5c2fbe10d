"""`signoff history`: what ended lately."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from signoff.options import as_json, on_a_stage

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("history", short_help="What ended lately, and how.")
@on_a_stage
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many."
)
@as_json
def command(*, stage: Stage, limit: int, as_json: bool) -> None:
    """List the latest reviews that are over, the newest request first."""
    from signoff.api import OperatorApi
    from signoff.screen import listing

    ended = (it for it in OperatorApi(stage).reviews("ALL") if it["status"] != "PENDING")
    found = list(islice(ended, limit + 1))
    listing.show(stage, "ALL", found[:limit], len(found) > limit, as_json=as_json)
