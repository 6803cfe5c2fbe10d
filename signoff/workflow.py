"""Wait for an execution of the dataset workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from signoff.errors import Refused
from signoff.executions import RUNNING, SUCCEEDED
from signoff.polling import poll, resumable
from signoff.screen import consoles
from signoff.screen.progress import progress
from signoff.text import as_json as json_of
from signoff.text import line

if TYPE_CHECKING:
    from signoff.executions import Executions
    from signoff.stage import Stage


def wait_for_execution(
    stage: Stage, executions: Executions, execution_arn: str, *, started: bool, as_json: bool
) -> None:
    """Wait for an execution to end and print its status. Raises `Refused` unless it succeeded.

    `started`: this command started it, so it may not be listed yet.
    """

    def fetch() -> str:
        status = executions.status(execution_arn)
        if status is None and not started:
            raise Refused(f"Execution not found: {line(execution_arn)}")
        return status or RUNNING

    running = {"execution_arn": execution_arn, "status": RUNNING}
    stopped = "Stopped waiting. The execution is still running."
    follow_up = f"Wait again: {stage.command('wait', execution_arn)}"
    with (
        resumable(stopped, follow_up, running),
        progress(stage, "Waiting for the execution", _no_details, _no_details) as report,
    ):
        status = poll(fetch, _has_ended, report)
    result = {"execution_arn": execution_arn, "status": status}
    if status != SUCCEEDED:
        ending = line(status).replace("_", " ").capitalize()
        raise Refused(
            f"{ending}: {line(execution_arn)}",
            f"View ended reviews: {stage.command('history')}",
            result,
        )
    if as_json:
        click.echo(json_of(result))
    else:
        consoles.stdout().print(Text(f"Succeeded: {line(execution_arn)}"), soft_wrap=True)


def _no_details(_status: str) -> str:
    return ""


def _has_ended(status: str) -> bool:
    return status != RUNNING
