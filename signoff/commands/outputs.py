"""`signoff outputs`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from signoff.errors import SignoffError, WrongUsage
from signoff.options import as_json, open_stage, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


def _names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    try:
        stage = open_stage(ctx.params.get("stage"), local=bool(ctx.params.get("local")))
    except SignoffError:
        return []
    return [name for name in sorted(stage.outputs) if name.startswith(incomplete)]


@click.command("outputs", short_help="Print the outputs of a stage.")
@stage_options
@click.argument("name", required=False, shell_complete=_names)
@click.option("--env", "as_env", is_flag=True, help="Print shell exports to call the stage's AWS.")
@as_json
def command(*, stage: Stage, name: str | None, as_env: bool, as_json: bool) -> None:
    """Print all outputs of a stage, or the value of one.

    --env prints the AWS region, and on the local stack also the endpoint and the credentials:
    eval "$(signoff outputs --local --env)"
    """
    from signoff.text import as_json as json_of
    from signoff.text import line

    if as_env:
        if name or as_json:
            raise WrongUsage("--env cannot be combined with NAME or --json.")
        import shlex

        for variable, value in stage.environment().items():
            click.echo(f"export {variable}={shlex.quote(value)}")
        if stage.is_local:  # these would override or break the credentials
            click.echo("unset AWS_PROFILE AWS_SESSION_TOKEN")
        return
    if name is not None and name not in stage.outputs:
        names = ", ".join(sorted(map(line, stage.outputs)))
        raise WrongUsage(f'No output "{line(name)}".', f"Available outputs: {names}.")
    if as_json:
        click.echo(json_of(stage.outputs[name] if name else dict(sorted(stage.outputs.items()))))
        return
    if name:
        click.echo(_plain(stage.outputs[name]))
        return
    width = max(map(len, stage.outputs), default=0)
    for output, value in sorted(stage.outputs.items()):
        click.echo(f"{line(output):{width}}  {line(_plain(value))}".rstrip())


def _plain(value: object) -> str:
    """A string unchanged, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
