"""`signoff list`: what waits, soonest deadline first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.errors import WrongUsage
from signoff.options import as_json, on_a_stage

if TYPE_CHECKING:
    from signoff.stage import Stage

STATUSES = ("PENDING", "APPROVED", "REJECTED", "EXPIRED", "CANCELLED", "UNDELIVERED", "ALL")


@click.command("list", short_help="What waits, with the time that is left.")
@on_a_stage
@click.option(
    "--status",
    type=click.Choice(STATUSES, case_sensitive=False),
    default="PENDING",
    show_default=True,
    help="Reviews that stand so.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many."
)
@click.option("--watch", is_flag=True, help="Stay, and show how it changes, until Ctrl-C.")
@as_json
def command(*, stage: Stage, status: str, limit: int, watch: bool, as_json: bool) -> None:
    """List what waits, what has least time left first; with --status what is over."""
    from signoff.api import OperatorApi
    from signoff.screen import listing

    api = OperatorApi(stage)
    if not watch:
        listing.show(stage, status, *api.latest(status, limit), as_json=as_json)
        return
    if as_json:
        raise WrongUsage("--watch is for people, --json for programs: choose one.")
    listing.watch(stage, status, lambda: api.latest(status, limit))
