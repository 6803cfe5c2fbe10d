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
ANOTHER = f"{STATES}:execution:workflow:another"


def test_the_workflow_accepts_as_many_rows_as_the_command() -> None:
    assert MOST_ROWS == ROWS_LIMIT


def test_a_start_waits_for_its_execution(scripted: Scripts) -> None:
    result = scripted(STARTED, RUNNING, RUNNING, SUCCEEDED).terminal.run(*START)
    assert (result.status, result.out) == (0, f"Succeeded: {ARN}\n")
    assert result.err == f"Started: {ARN}\nWaiting for the execution\n"


def test_programs_read_the_output_of_the_execution(scripted: Scripts) -> None:
    result = scripted(STARTED, SUCCEEDED).terminal.run(*START, "--json")
    assert result.json == {"execution_arn": ARN, "status": "SUCCEEDED"}


def test_an_execution_is_found_on_a_later_page_and_may_not_be_listed_yet(
    scripted: Scripts,
) -> None:
    empty: dict[str, list[str]] = {"executions": []}
    page = listed("FAILED", ANOTHER, nextToken="more")
    assert scripted(STARTED, empty, page, SUCCEEDED).terminal.run(*START).status == 0


def test_an_unknown_execution_is_not_waited_for(scripted: Scripts) -> None:
    result = scripted(listed("SUCCEEDED", ANOTHER)).terminal.run("wait", ARN, "--local")
    assert (result.status, result.err) == (1, f"Execution not found: {ARN}\n")


@pytest.mark.parametrize(
    ("end", "error"),
    [
        (listed("FAILED"), f"Failed: {ARN}"),
        (listed("TIMED_OUT"), f"Timed out: {ARN}"),
        (listed("ABORTED"), f"Aborted: {ARN}"),
    ],
)
def test_any_other_end_is_exit_status_1(scripted: Scripts, end: Any, error: str) -> None:
    result = scripted(STARTED, RUNNING, end).terminal.run(*START, "--json")
    assert (result.status, result.json["error"]) == (1, error)
    assert result.json["execution_arn"] == ARN


def test_an_interrupt_names_the_command_that_waits_again(scripted: Scripts) -> None:
    stage = scripted(STARTED, RUNNING)
    with stage.terminal.at_it(*START) as screen:
        screen.wait_for("Waiting for the execution")
        screen.interrupt()
        assert screen.end() == 1
    assert "Stopped waiting. The execution is still running." in screen.text
    assert f"signoff wait {ARN} --local" in screen.text


def test_a_stage_that_does_not_respond_for_a_moment_is_asked_again(scripted: Scripts) -> None:
    unavailable = [Answer(503, b"{}")] * 3  # as often as boto3 tries
    result = scripted(RUNNING, *unavailable, SUCCEEDED).terminal.run("wait", ARN, "--local")
    assert result.status == 0


@pytest.mark.parametrize("target", ["arn:x", f"{STATES}:stateMachine:workflow", "short"])
def test_what_is_neither_a_review_nor_an_execution_is_wrong_usage(
    scripted: Scripts, target: str
) -> None:
    stage = scripted({})
    assert stage.terminal.run("wait", target, "--local").status == 2
    assert stage.asked == []
