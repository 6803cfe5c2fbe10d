"""Asking and waiting: progress, every outcome, and interruption."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.signoff.conftest import Scripts
    from tests.signoff.local_stacks import Desk

pytestmark = pytest.mark.xdist_group("command-line")


def ask_and_wait(desk: Desk, title: str, *more: str) -> tuple[str, ...]:
    return ("ask", "--title", title, "--wait", "--local", "--stage", desk.stage.name, *more)


def test_an_approval_ends_the_wait_with_exit_status_0(desk: Desk) -> None:
    question = ("--question", "when:now|later=When?")
    with desk.colleague.piped(*ask_and_wait(desk, "Go on?", *question)) as process:
        review_id = desk.wait_for_review("Go on?")
        assert process.stderr
        progress = [process.stderr.readline() for _ in range(2)]
        assert (
            desk.run(
                "approve", review_id, "--yes", "--answer", "when=now", "--reason", "Yes"
            ).status
            == 0
        )
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out == "Approved by kim (IAM user): Yes\nwhen: now\n"
    assert progress[0] == f"Review requested: Go on? ({review_id})\n"
    assert progress[1] == "Waiting for a decision: 0 of 1 approval\n"


@pytest.mark.parametrize(
    ("verb", "outcome"),
    [("reject", "Rejected by root"), ("cancel", "Cancelled: Cancelled by root")],
)
def test_any_other_outcome_ends_the_wait_with_exit_status_1(
    desk: Desk, verb: str, outcome: str
) -> None:
    title = f"{verb.capitalize()} this?"
    with desk.deciding(title, verb, reason="An accident"):
        result = desk.terminal.run(*ask_and_wait(desk, title, "--timeout", "1m", "--json"))
    assert result.status == 1
    assert outcome in result.err
    assert result.json["answer"]["decision"] != "approved"


def test_an_expired_review_ends_the_wait_with_exit_status_1(desk: Desk) -> None:
    result = desk.terminal.run(*ask_and_wait(desk, "Anyone there?", "--timeout", "1s"))
    assert result.status == 1
    assert "Expired: No decision within 1 second." in result.err


def test_an_interrupted_wait_leaves_the_review_pending(desk: Desk) -> None:
    with desk.terminal.interactive(*ask_and_wait(desk, "Shall I wait?")) as screen:
        screen.wait_for("Waiting for a decision · 1h 59m left · 0 of 1 approval")
        review_id = desk.wait_for_review("Shall I wait?")
        screen.interrupt()
        assert screen.end() == 1
    assert "Stopped waiting. The review is still pending." in screen.text
    assert f"signoff withdraw {review_id} --local --stage dev" in screen.text
    assert desk.run("show", review_id, "--json").json["status"] == "PENDING"


def test_options_override_a_request_from_standard_input(desk: Desk) -> None:
    request = {"title": "Of the file", "summary": "Stays", "requested_by": "U012ABCDEF"}
    asked = desk.run("ask", "-", "--title", "Of the option", "--json", stdin=json.dumps(request))
    assert asked.status == 0, asked.err
    review = desk.run("show", asked.json["review_id"], "--json").json
    assert (review["title"], review["summary"]) == ("Of the option", "Stays")
    assert review["requested_by"] == "U012ABCDEF"


def test_the_user_of_the_command_is_the_requester(desk: Desk) -> None:
    review_id = desk.ask("Who asks?")
    assert desk.run("show", review_id, "--json").json["requested_by"] == "user/lin"


@pytest.mark.parametrize(
    ("arguments", "stdin", "error"),
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
def test_an_invalid_request_is_a_usage_error(
    scripted: Scripts, arguments: list[str], stdin: str, error: str
) -> None:
    result = scripted({}).terminal.run("ask", *arguments, "--local", stdin=stdin)
    assert (result.status, result.out) == (2, "")
    assert error in result.err
