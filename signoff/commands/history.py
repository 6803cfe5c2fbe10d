"""`signoff history`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from signoff.options import as_json, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("history", short_help="List reviews that have ended.")
@stage_options
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Maximum number of results.",
)
@as_json
def command(*, stage: Stage, limit: int, as_json: bool) -> None:
    """List reviews that have ended, newest request first."""
    from signoff.api import OperatorApi
    from signoff.screen import listing

    ended = (it for it in OperatorApi(stage).reviews("ALL") if it["status"] != "PENDING")
    found = list(islice(ended, limit + 1))
    listing.show(stage, "ALL", found[:limit], len(found) > limit, as_json=as_json)
