"""`signoff show`: one review in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, on_a_stage, review_id

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("show", short_help="One review in full, with its record.")
@on_a_stage
@review_id
@as_json
def command(*, stage: Stage, review_id: str, as_json: bool) -> None:
    """Show what is asked, how it stands, and what has happened to it."""
    from signoff.api import OperatorApi
    from signoff.screen.results import show_review

    show_review(stage, OperatorApi(stage).review(review_id), as_json=as_json)
