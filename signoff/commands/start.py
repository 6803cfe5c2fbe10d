"""`signoff start`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, requested_by, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage

MOST_ROWS = 100_000


@click.command("start", short_help="Start the dataset workflow.")
@stage_options
@click.option(
    "--rows", type=click.IntRange(1, MOST_ROWS), help="Number of rows in the sample batch."
)
@click.option(
    "--anomaly-rate", type=click.FloatRange(0, 1), help="Share of flagged rows, from 0 to 1."
)
@click.option("--title", metavar="TEXT", help="The title of the review.")
@requested_by
@click.option("--wait", is_flag=True, help="Wait for the execution; exit 0 only if it succeeded.")
@as_json
def command(
    *,
    stage: Stage,
    rows: int | None,
    anomaly_rate: float | None,
    title: str | None,
    requested_by: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Start the dataset workflow. It requests a review if too many rows are flagged."""
    stage.require_connection()
    from signoff.executions import Executions, new_name
    from signoff.requesters import requester_or_default
    from signoff.text import as_json as json_of

    given = {
        "rows": rows,
        "anomaly_rate": anomaly_rate,
        "title": title,
        "requested_by": requester_or_default(stage, requested_by),
    }
    executions = Executions(stage)
    arn = executions.start(
        stage.output("state_machine_arn"),
        new_name("start"),
        {name: value for name, value in given.items() if value is not None},
    )
    if wait:
        from signoff.workflow import wait_for_execution

        click.echo(f"Started: {arn}", err=True)
        wait_for_execution(stage, executions, arn, started=True, as_json=as_json)
        return
    if as_json:
        click.echo(json_of({"execution_arn": arn}))
        return
    click.echo(f"Started: {arn}")
    click.echo(f"If it requests a review, see: {stage.command('list')}")
