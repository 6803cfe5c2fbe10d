"""`signoff doctor`: whether a stage is well, and what to do where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, on_a_stage

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("doctor", short_help="Whether a stage is well, and what to do where it is not.")
@on_a_stage
@as_json
def command(*, stage: Stage, as_json: bool) -> int:
    """Look at a stage from outside: secrets, Slack, what answers, who hears, what piles up.

    Nothing is changed, nothing posted. Exit status 0 only when everything could be looked at and is
    well.
    """
    from signoff.doctor import report

    return report.examine(stage, as_json=as_json)
