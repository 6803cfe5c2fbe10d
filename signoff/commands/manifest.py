"""`signoff manifest`: the Slack app of a stage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from signoff.options import as_json, on_a_stage

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("manifest", short_help="The Slack app of a stage, ready to paste.")
@on_a_stage
@as_json
def command(*, stage: Stage, as_json: bool) -> None:  # noqa: ARG001 - it is JSON in any case
    """Print the app manifest with which Slack creates the stage's app: https://api.slack.com/apps"""
    from signoff.text import as_json as json_of

    click.echo(json_of(json.loads(stage.output("slack_app_manifest"))))
