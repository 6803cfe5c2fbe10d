"""Asking and waiting: the live line, every end, and whoever stops waiting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.laptop import running_laptop
from tests.signoff.laptops import Desk

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Generator

pytestmark = pytest.mark.xdist_group("command-line")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Desk]:
    with running_laptop(tmp_path_factory.mktemp("laptop"), "--stage", "dev") as stages:
        yield Desk.beside(stages["dev"])


def heard(process: subprocess.Popen[str], text: str) -> str:
    """Give what a command says beside its output, once this is among it."""
    said = ""
    while text not in said:
        assert process.stderr
        said += process.stderr.readline()
        assert process.poll() is None, said
    return said


def wait_for(desk: Desk, title: str, *more: str) -> tuple[str, ...]:
    return ("ask", "--title", title, "--wait", "--local", "--stage", desk.stage.name, *more)


def test_an_approval_lets_whoever_waits_go_on(desk: Desk) -> None:
    question = ("--question", "when:now|later=When?")
    with desk.terminal.running(*wait_for(desk, "Go on?", *question)) as process:
        review_id = desk.waiting("Go on?")
        said = heard(process, "Waiting for a decision: 0 of 1 approvals")
        assert desk.run("approve", review_id, "--answer", "when=now", "--reason", "Yes").status == 0
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out == f"Approved by root (AWS account {desk.stage.account}): Yes\nwhen: now\n"
    assert f"Asked: Go on? ({review_id[:8]})" in said


@pytest.mark.parametrize(
    ("verb", "said"),
    [("reject", "ReviewRejected: An accident"), ("cancel", "ReviewCancelled: Cancelled by root")],
)
def test_any_other_end_stops_whoever_waits(desk: Desk, verb: str, said: str) -> None:
    title = f"{verb.capitalize()} this?"
    with desk.terminal.running(*wait_for(desk, title, "--json")) as process:
        assert desk.run(verb, desk.waiting(title), "--reason", "An accident").status == 0
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said in err
    assert json.loads(out)["execution_status"] == "FAILED"


def test_silence_stops_whoever_waits(desk: Desk) -> None:
    result = desk.terminal.run(*wait_for(desk, "Anybody there?", "--timeout", "2s"))
    assert result.status == 1
    assert "ReviewExpired: " in result.err


def test_a_rejection_is_no_approval_where_every_answer_is_wanted(desk: Desk) -> None:
    (desk.terminal.folder / "always.json").write_text('{"title": "Always?", "answer": "always"}')
    command = ("ask", "always.json", "--wait", "--local")
    with desk.terminal.running(*command) as process:
        assert desk.run("reject", desk.waiting("Always?"), "--reason", "No").status == 0
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.endswith(f"Rejected by root (AWS account {desk.stage.account}): No\n")


def test_whoever_stops_waiting_hears_how_to_go_on(desk: Desk) -> None:
    with desk.terminal.at_it(*wait_for(desk, "Shall I wait?")) as screen:
        screen.wait_for("Waiting for a decision · 1h 59m left · 0 of 1 approvals")
        review_id = desk.waiting("Shall I wait?")
        screen.interrupt()
        assert screen.end() == 1
    assert "No longer waiting. The review goes on." in screen.text
    assert f"signoff cancel {review_id[:8]} --stage dev --local" in screen.text
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
    assert desk.run("show", review_id, "--json").json["requested_by"] == "kim@laptop"


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        ([], "", "Give --title TEXT, or a file with a title."),
        (["-"], "{", "<stdin> is not JSON"),
        (["-"], "[]", "<stdin> must be a JSON object"),
        (["-"], "{}", "What is the question?"),
        (["nothing.json"], "", "No such file"),
        (["--title", "x", "--question", "when"], "", "--question must be NAME=LABEL"),
        (["--title", "x", "--question", "when:date=When?"], "", "one of text, number, yes_no"),
        (["--title", "x", "--fact", "rows"], "", "--fact must be NAME=VALUE"),
    ],
)
def test_what_is_no_request_is_wrong_usage(
    desk: Desk, arguments: list[str], given: str, said: str
) -> None:
    result = desk.run("ask", *arguments, given=given)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
