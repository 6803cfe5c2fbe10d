"""`signoff doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("doctor", short_help="Check a stage for problems and suggest fixes.")
@stage_options
@as_json
def command(*, stage: Stage, as_json: bool) -> int:
    """Check a stage's secrets, Slack connection, endpoints, subscriptions, alarms and queues.

    Read-only: nothing is changed or posted. Exits 0 only if every check ran and found no problem.
    """
    from signoff.doctor import report

    return report.examine(stage, as_json=as_json)
