"""A decision at a terminal: the review, prompts for missing values, and a confirmation."""

import json
from typing import Any

import pytest

from tests.signoff.conftest import Scripted, Scripts
from tests.signoff.reviews import REVIEW_ID, decided, question, review

QUESTIONS = [
    question("traffic", "number", label="Share of traffic"),
    question("when", "choice", label="When?", choices=["at once", "tonight"]),
    question("note", label="Anything else?", required=False),
]


def sent(stage: Scripted) -> dict[str, Any]:
    """The decision that was sent."""
    bodies = [json.loads(body) for method, _, body in stage.stub.asked if method == "POST"]
    assert len(bodies) == 1
    return bodies[0]


def test_missing_values_are_prompted_for(scripted: Scripts) -> None:
    stage = scripted(review(questions=QUESTIONS), decided("rejected"))
    with stage.terminal.interactive("reject", REVIEW_ID, "--local") as screen:
        at = screen.wait_for("Share of traffic (a number):", after=screen.wait_for("Page"))
        screen.type("5")
        at = screen.wait_for("1) at once\n  2) tonight\nNumber:", after=at)
        screen.type("2")
        at = screen.wait_for("Anything else?:", after=at)
        screen.type("")
        at = screen.wait_for("Reason:", after=at)
        screen.type("Too many nulls")
        at = screen.wait_for("Reject this review in dev? [y/N]:", after=at)
        screen.type("y")
        screen.wait_for("Rejected: Customer upload", after=at)
        assert screen.end() == 0
    answers = {"traffic": "5", "when": "tonight", "note": ""}
    assert sent(stage) == {"reason": "Too many nulls", "answers": answers}


def test_given_values_are_not_prompted_for(scripted: Scripts) -> None:
    stage = scripted(review(questions=QUESTIONS[:1]), decided())
    answer = ("--answer", "traffic=a=b", "--reason", "Fine")
    result = stage.terminal.run("approve", REVIEW_ID, "--local", "--yes", *answer, tty=True)
    assert result.status == 0
    assert sent(stage) == {"reason": "Fine", "answers": {"traffic": "a=b"}}


@pytest.mark.parametrize("name", ["dev", "prod"])
@pytest.mark.parametrize("verb", ["approve", "cancel"])
def test_a_declined_confirmation_does_nothing(scripted: Scripts, verb: str, name: str) -> None:
    stage = scripted(review(title="Delete everything?"), decided())
    with stage.terminal.interactive(verb, REVIEW_ID, "--local", "--stage", name) as screen:
        at = screen.wait_for("Delete everything?")
        at = screen.wait_for(f"{verb.capitalize()} this review in {name}? [y/N]:", after=at)
        screen.type("n")
        screen.wait_for("Nothing was done.", after=at)
        assert screen.end() == 1
    assert [method for method, _ in stage.asked] == ["GET"]


@pytest.mark.parametrize("verb", ["approve", "cancel"])
def test_a_program_confirms_with_yes(scripted: Scripts, verb: str) -> None:
    stage = scripted(review(), review(), decided())
    command = (verb, REVIEW_ID, "--local")
    refused = stage.terminal.run(*command)
    assert refused.status == 2
    assert f"Pass --yes to {verb} without a prompt." in refused.err
    assert stage.terminal.run(*command, "--yes").status == 0
    assert [method for method, _ in stage.asked] == ["GET", "GET", "POST"]


def test_a_program_must_pass_the_reason_of_a_rejection(scripted: Scripts) -> None:
    stage = scripted(review())
    result = stage.terminal.run("reject", REVIEW_ID, "--local")
    assert result.status == 2
    assert "--reason" in result.err
    assert [method for method, _ in stage.asked] == ["GET"]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([], "An answer is required: Share of traffic\nPass --answer traffic=VALUE."),
        (["--answer", "trafic=5"], 'has no question "trafic".\nQuestions: traffic'),
        (["--answer", "traffic"], '--answer must be NAME=VALUE, got "traffic"'),
        (
            ["--answer", "traffic=5", "--answer", "traffic=50"],
            '--answer must be NAME=VALUE, each NAME once, got "traffic=50"',
        ),
    ],
)
def test_a_program_must_pass_each_answer_by_name(
    scripted: Scripts, answers: list[str], error: str
) -> None:
    stage = scripted(review(questions=QUESTIONS[:1]))
    result = stage.terminal.run("approve", REVIEW_ID, "--local", *answers)
    assert result.status == 2
    assert error in result.err
    assert "POST" not in [method for method, _ in stage.asked]


def test_an_ended_review_prompts_for_nothing(scripted: Scripts) -> None:
    stage = scripted(decided(questions=QUESTIONS), decided())
    prod = ("--local", "--stage", "prod")
    assert stage.terminal.run("reject", REVIEW_ID, *prod, tty=True).status == 0
    assert sent(stage) == {"reason": "", "answers": {}}
