"""`signoff list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.errors import WrongUsage
from signoff.options import as_json, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage

STATUSES = ("PENDING", "APPROVED", "REJECTED", "EXPIRED", "CANCELLED", "UNDELIVERED", "ALL")


@click.command("list", short_help="List pending reviews.")
@stage_options
@click.option(
    "--status",
    type=click.Choice(STATUSES, case_sensitive=False),
    default="PENDING",
    show_default=True,
    help="Filter by status.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="Maximum number of results.",
)
@click.option("--watch", is_flag=True, help="Keep the list open and up to date until Ctrl-C.")
@as_json
def command(*, stage: Stage, status: str, limit: int, watch: bool, as_json: bool) -> None:
    """List pending reviews, soonest deadline first. Use --status for reviews that have ended."""
    from signoff.api import OperatorApi
    from signoff.screen import listing

    api = OperatorApi(stage)
    if not watch:
        listing.show(stage, status, *api.first(status, limit), as_json=as_json)
        return
    if as_json:
        raise WrongUsage("--watch and --json cannot be combined.")
    listing.watch(stage, status, lambda: api.first(status, limit))
