"""Start the dataset workflow, and wait for an execution to end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from rich.text import Text

from lambdas.datasets import workflow_input
from lambdas.datasets.limits import LARGEST_FILE
from lambdas.datasets.metadata import DELIMITER, REQUESTED_BY, TITLE, encoded
from lambdas.datasets.names import INCOMING, execution_name
from lambdas.datasets.uploads import LARGEST_UPLOAD
from lambdas.domain.review.errors import InvalidInput
from signoff.errors import Refused, WrongUsage
from signoff.executions import RUNNING, SUCCEEDED, Executions, new_name
from signoff.polling import poll, resumable
from signoff.requesters import requester_or_default
from signoff.screen import consoles
from signoff.screen.progress import progress
from signoff.text import as_json as json_of
from signoff.text import line
from signoff.uploads import local_file, upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from signoff.stage import Stage

UNLISTED_SECONDS = 120.0
"""How long a new execution may be missing from the list before waiting fails."""


def start_sample(
    stage: Stage,
    *,
    rows: int | None,
    anomaly_rate: float | None,
    title: str | None,
    requested_by: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Start an execution that generates a sample batch."""
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
    result = {"execution_arn": arn}
    _follow(stage, executions, result, [f"Started: {arn}"], wait=wait, as_json=as_json)


def start_with_file(
    stage: Stage,
    path: Path,
    *,
    title: str | None,
    requested_by: str | None,
    delimiter: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Upload a file, whose version then starts an execution of its own.

    Raises `WrongUsage` for a file that cannot be uploaded, and for an invalid title or requester.
    """
    file = local_file(path, INCOMING, largest_file(stage))
    given = _claims(title, requested_by, delimiter)
    given[REQUESTED_BY] = requester_or_default(stage, given[REQUESTED_BY])
    executions, machine = Executions(stage), stage.output("state_machine_arn")
    uploaded = upload(
        stage,
        file,
        metadata={name: encoded(value) for name, value in given.items() if value},
        if_uploaded=f"If it was uploaded, it is being processed: {stage.command('list')}",
    )
    name = execution_name(uploaded.bucket, uploaded.key, uploaded.version_id)
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    result = {"execution_arn": arn, **uploaded.as_dict()}
    said = [f"Uploaded: s3://{uploaded.bucket}/{line(uploaded.key)}", f"Starting: {arn}"]
    _follow(stage, executions, result, said, wait=wait, as_json=as_json)


def largest_file(stage: Stage) -> int:
    """The size in bytes up to which the stage can check a file."""
    match stage.outputs.get("operations"):
        case {"check_function_arn": str()}:
            return LARGEST_UPLOAD
        case _:
            return LARGEST_FILE


def _claims(
    title: str | None, requested_by: str | None, delimiter: str | None
) -> dict[str, str | None]:
    try:
        return {
            TITLE: title and workflow_input.title("--title", title),
            REQUESTED_BY: requested_by and workflow_input.claimed("--requested-by", requested_by),
            DELIMITER: delimiter,
        }
    except InvalidInput as error:
        raise WrongUsage(f"{line(error)}.") from None


def _follow(
    stage: Stage,
    executions: Executions,
    result: Mapping[str, str],
    said: Sequence[str],
    *,
    wait: bool,
    as_json: bool,
) -> None:
    """Print what was started, and wait for it if requested."""
    if wait:
        for text in said:
            click.echo(text, err=True)
        wait_for_execution(stage, executions, result, started=True, as_json=as_json)
    elif as_json:
        click.echo(json_of(result))
    else:
        for text in said:
            click.echo(text)
        click.echo(f"If it requests a review, see: {stage.command('list')}")


def wait_for_execution(
    stage: Stage,
    executions: Executions,
    result: Mapping[str, str],
    *,
    started: bool,
    as_json: bool,
) -> None:
    """Wait for an execution to end and print its status. Raises `Refused` unless it succeeded.

    `result` has its `execution_arn`, and what else `--json` prints. `started`: it was just started,
    so it may not be listed yet.
    """
    execution_arn, begun = result["execution_arn"], time.monotonic()
    follow_up = f"Wait again: {stage.command('wait', execution_arn)}"

    def fetch() -> str:
        status = executions.status(execution_arn)
        if status is None and not started:
            raise Refused(f"Execution not found: {line(execution_arn)}")
        if status is None and time.monotonic() - begun > UNLISTED_SECONDS:
            raise Refused(
                f"The execution did not start within {UNLISTED_SECONDS / 60:.0f} minutes:"
                f" {line(execution_arn)}",
                f"Check the stage ({stage.command('doctor')}) and the log of its function"
                f" start_dataset.\n{follow_up}",
                result,
            )
        return status or RUNNING

    stopped = "Stopped waiting. The execution is still running."
    with (
        resumable(stopped, follow_up, {**result, "status": RUNNING}),
        progress(stage, "Waiting for the execution", _no_details, _no_details) as report,
    ):
        status = poll(fetch, _has_ended, report)
    ended = {**result, "status": status}
    if status != SUCCEEDED:
        ending = line(status).replace("_", " ").capitalize()
        raise Refused(
            f"{ending}: {line(execution_arn)}",
            f"{line(stage.outputs.get('slack_channel', 'The channel'))} shows the cause."
            f" View ended reviews: {stage.command('history')}",
            ended,
        )
    if as_json:
        click.echo(json_of(ended))
    else:
        consoles.stdout().print(Text(f"Succeeded: {line(execution_arn)}"), soft_wrap=True)


def _no_details(_status: str) -> str:
    return ""


def _has_ended(status: str) -> bool:
    return status != RUNNING
