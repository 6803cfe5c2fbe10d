"""Asking and waiting: the live line, every end, and whoever stops waiting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.signoff.conftest import Scripts
    from tests.signoff.local_stacks import Desk

pytestmark = pytest.mark.xdist_group("command-line")


def wait_for(desk: Desk, title: str, *more: str) -> tuple[str, ...]:
    return ("ask", "--title", title, "--wait", "--local", "--stage", desk.stage.name, *more)


def test_an_approval_lets_whoever_waits_go_on(desk: Desk) -> None:
    question = ("--question", "when:now|later=When?")
    with desk.colleague.piped(*wait_for(desk, "Go on?", *question)) as process:
        review_id = desk.waiting("Go on?")
        assert process.stderr
        said = [process.stderr.readline() for _ in range(2)]
        assert (
            desk.run(
                "approve", review_id, "--yes", "--answer", "when=now", "--reason", "Yes"
            ).status
            == 0
        )
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out == "Approved by kim (IAM user): Yes\nwhen: now\n"
    assert said[0] == f"Review requested: Go on? ({review_id})\n"
    assert said[1] == "Waiting for a decision: 0 of 1 approvals\n"


@pytest.mark.parametrize(
    ("verb", "said"),
    [("reject", "Rejected by root"), ("cancel", "Cancelled: Cancelled by root")],
)
def test_any_other_end_stops_whoever_waits(desk: Desk, verb: str, said: str) -> None:
    title = f"{verb.capitalize()} this?"
    with desk.answering(title, verb, reason="An accident"):
        result = desk.terminal.run(*wait_for(desk, title, "--timeout", "1m", "--json"))
    assert result.status == 1
    assert said in result.err
    assert result.json["answer"]["decision"] != "approved"


def test_silence_stops_whoever_waits(desk: Desk) -> None:
    result = desk.terminal.run(*wait_for(desk, "Anybody there?", "--timeout", "1s"))
    assert result.status == 1
    assert "Expired: No decision within 1 second." in result.err


def test_whoever_stops_waiting_hears_how_to_go_on(desk: Desk) -> None:
    with desk.terminal.at_it(*wait_for(desk, "Shall I wait?")) as screen:
        screen.wait_for("Waiting for a decision · 1h 59m left · 0 of 1 approvals")
        review_id = desk.waiting("Shall I wait?")
        screen.interrupt()
        assert screen.end() == 1
    assert "Stopped waiting. The review is still pending." in screen.text
    assert f"signoff withdraw {review_id} --local --stage dev" in screen.text
    assert desk.run("show", review_id, "--json").json["status"] == "PENDING"


def test_a_request_comes_from_the_standard_input_and_options_win(desk: Desk) -> None:
    request = {"title": "Of the file", "summary": "Stays", "requested_by": "U012ABCDEF"}
    asked = desk.run("ask", "-", "--title", "Of the option", "--json", given=json.dumps(request))
    assert asked.status == 0, asked.err
    review = desk.run("show", asked.json["review_id"], "--json").json
    assert (review["title"], review["summary"]) == ("Of the option", "Stays")
    assert review["requested_by"] == "U012ABCDEF"


def test_whoever_runs_the_command_is_who_asks(desk: Desk) -> None:
    review_id = desk.ask("Who asks?")
    assert desk.run("show", review_id, "--json").json["requested_by"] == "user/lin"


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        ([], "", "Pass --title TEXT, or a file with a title."),
        (["-"], "{", "<stdin> is not valid JSON"),
        (["-"], "[]", "<stdin> must be a JSON object"),
        (["-"], "{}", "A title is required."),
        (["nothing.json"], "", "No such file"),
        (["--title", "x", "--question", "when"], "", "--question must be NAME=LABEL"),
        (["--title", "x", "--question", "when:date=When?"], "", "one of text, number, yes_no"),
        (["--title", "x", "--fact", "rows"], "", "--fact must be NAME=VALUE"),
    ],
)
def test_what_is_no_request_is_wrong_usage(
    scripted: Scripts, arguments: list[str], given: str, said: str
) -> None:
    result = scripted({}).terminal.run("ask", *arguments, "--local", given=given)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
