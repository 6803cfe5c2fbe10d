"""`signoff start`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambdas.datasets.records import DELIMITERS
from signoff.errors import WrongUsage
from signoff.options import as_json, requested_by, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage

MOST_ROWS = 100_000


@click.command("start", short_help="Start the dataset workflow.")
@stage_options
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A CSV file (or gzip of one) to upload and check. Default: a sample batch.",
)
@click.option(
    "--delimiter",
    type=click.Choice(tuple(DELIMITERS)),
    help="The delimiter of the file. Default: detected.",
)
@click.option(
    "--rows", type=click.IntRange(1, MOST_ROWS), help="Number of rows in the sample batch."
)
@click.option(
    "--anomaly-rate",
    type=click.FloatRange(0, 1),
    help="Share of flagged rows in the sample batch, from 0 to 1.",
)
@click.option("--title", metavar="TEXT", help="The title of the review.")
@requested_by
@click.option("--wait", is_flag=True, help="Wait for the execution; exit 0 only if it succeeded.")
@as_json
def command(
    *,
    stage: Stage,
    file: Path | None,
    delimiter: str | None,
    rows: int | None,
    anomaly_rate: float | None,
    title: str | None,
    requested_by: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Start the dataset workflow with your file, or with a sample batch.

    It requests a review if too many rows are flagged. Each upload is a new version of the file, and
    each version has its own execution.
    """
    if file is None and delimiter:
        raise WrongUsage("--delimiter is for a file.", "Add --file FILE.")
    if file is not None and (rows is not None or anomaly_rate is not None):
        raise WrongUsage(
            "--rows and --anomaly-rate are for the sample batch.",
            "Omit them, or omit --file.",
        )
    stage.require_connection()
    from signoff.workflow import start_sample, start_with_file

    if file is None:
        start_sample(
            stage,
            rows=rows,
            anomaly_rate=anomaly_rate,
            title=title,
            requested_by=requested_by,
            wait=wait,
            as_json=as_json,
        )
    else:
        start_with_file(
            stage,
            file,
            title=title,
            requested_by=requested_by,
            delimiter=delimiter,
            wait=wait,
            as_json=as_json,
        )
