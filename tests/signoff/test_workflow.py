"""`signoff start --wait` and `signoff wait`: executions to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambdas.datasets.workflow_input import ROWS_LIMIT
from signoff.commands.start import MOST_ROWS
from tests.http_stub import Answer
from tests.signoff.reviews import STATES

if TYPE_CHECKING:
    from tests.signoff.conftest import Scripts

ARN = f"{STATES}:execution:workflow:start-1"
STARTED = {"executionArn": ARN, "startDate": 1}
START = ("start", "--requested-by", "kim", "--local", "--wait")


def listed(status: str, arn: str = ARN, **more: Any) -> dict[str, Any]:
    machine = f"{STATES}:stateMachine:workflow"
    found = {"executionArn": arn, "stateMachineArn": machine, "name": "start-1", "startDate": 1}
    return {"executions": [{**found, "status": status}], **more}


RUNNING, SUCCEEDED = listed("RUNNING"), listed("SUCCEEDED")
OTHER_ARN = f"{STATES}:execution:workflow:another"


def test_the_workflow_accepts_as_many_rows_as_the_command() -> None:
    assert MOST_ROWS == ROWS_LIMIT


def test_a_start_waits_for_its_execution(scripted: Scripts) -> None:
    result = scripted(STARTED, RUNNING, RUNNING, SUCCEEDED).terminal.run(*START)
    assert (result.status, result.out) == (0, f"Succeeded: {ARN}\n")
    assert result.err == f"Started: {ARN}\nWaiting for the execution\n"


def test_programs_read_the_output_of_the_execution(scripted: Scripts) -> None:
    result = scripted(STARTED, SUCCEEDED).terminal.run(*START, "--json")
    assert result.json == {"execution_arn": ARN, "status": "SUCCEEDED"}


def test_an_execution_is_found_late_and_on_a_later_page(
    scripted: Scripts,
) -> None:
    empty: dict[str, list[str]] = {"executions": []}
    page = listed("FAILED", OTHER_ARN, nextToken="more")
    assert scripted(STARTED, empty, page, SUCCEEDED).terminal.run(*START).status == 0


def test_waiting_for_an_unknown_execution_is_an_error(scripted: Scripts) -> None:
    result = scripted(listed("SUCCEEDED", OTHER_ARN)).terminal.run("wait", ARN, "--local")
    assert (result.status, result.err) == (1, f"Execution not found: {ARN}\n")


@pytest.mark.parametrize(
    ("end", "error"),
    [
        (listed("FAILED"), f"Failed: {ARN}"),
        (listed("TIMED_OUT"), f"Timed out: {ARN}"),
        (listed("ABORTED"), f"Aborted: {ARN}"),
    ],
)
def test_any_other_status_is_exit_status_1(scripted: Scripts, end: Any, error: str) -> None:
    result = scripted(STARTED, RUNNING, end).terminal.run(*START, "--json")
    assert (result.status, result.json["error"]) == (1, error)
    assert result.json["execution_arn"] == ARN


def test_an_interrupted_wait_shows_the_command_to_resume(scripted: Scripts) -> None:
    stage = scripted(STARTED, RUNNING)
    with stage.terminal.interactive(*START) as screen:
        screen.wait_for("Waiting for the execution")
        screen.interrupt()
        assert screen.end() == 1
    assert "Stopped waiting. The execution is still running." in screen.text
    assert f"signoff wait {ARN} --local" in screen.text


def test_programs_read_the_interrupt_in_one_line(scripted: Scripts) -> None:
    stage = scripted(STARTED, RUNNING)
    with stage.terminal.interactive(*START, "--json") as screen:
        screen.wait_for("Waiting for the execution")
        screen.interrupt()
        assert screen.end() == 1
    assert '"error": "Stopped waiting. The execution is still running."' in screen.text


def test_waiting_survives_a_short_outage(scripted: Scripts) -> None:
    unavailable = [Answer(503, b"{}")] * 3  # all attempts of boto3
    result = scripted(RUNNING, *unavailable, SUCCEEDED).terminal.run("wait", ARN, "--local")
    assert result.status == 0


@pytest.mark.parametrize("target", ["arn:x", f"{STATES}:stateMachine:workflow", "short"])
def test_an_invalid_target_is_a_usage_error(scripted: Scripts, target: str) -> None:
    stage = scripted({})
    assert stage.terminal.run("wait", target, "--local").status == 2
    assert stage.asked == []
