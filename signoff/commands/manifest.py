"""`signoff manifest`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from signoff.options import as_json, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("manifest", short_help="Print the Slack app manifest.")
@stage_options
@as_json
def command(*, stage: Stage, as_json: bool) -> None:  # noqa: ARG001 - always JSON
    """Print the app manifest of a stage, to paste at https://api.slack.com/apps."""
    from signoff.text import as_json as json_of

    click.echo(json_of(json.loads(stage.output("slack_app_manifest"))))
