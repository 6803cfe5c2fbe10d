"""Interactive prompts: show the review, ask for missing values, confirm."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from signoff.errors import Refused, WrongUsage
from signoff.screen import cards, consoles
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.api import Question, Review
    from signoff.stage import Stage

_PROMPTS = {"number": " (a number)", "yes_no": " (yes or no)"}


def is_interactive() -> bool:
    """Whether the command can prompt."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def show_review(stage: Stage, review: Review) -> None:
    """Show the review before acting on it; nothing outside a terminal."""
    if is_interactive():
        shown = review.copy()
        shown.pop("audit_entries", None)
        shown.pop("next", None)
        notes = consoles.stderr()
        notes.print(cards.card(stage, shown), crop=False)
        notes.print()


def complete_reason(reason: str | None, *, required: bool) -> str:
    """Return the reason, prompting for a required one. Raises `WrongUsage`."""
    if reason is not None or not required:
        return reason or ""
    if not is_interactive():
        raise WrongUsage("A reason is required to reject.", "Pass --reason TEXT.")
    return str(click.prompt("Reason", err=True))


def complete_answers(review: Review, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers, prompting for missing ones. Raises `WrongUsage`."""
    questions = {question["name"]: question for question in review["questions"]}
    if unknown := [name for name in answers if name not in questions]:
        names = ", ".join(map(line, questions)) or "none"
        raise WrongUsage(
            f'This review has no question "{line(unknown[0])}".', f"Questions: {names}"
        )
    complete = dict(answers)
    for name, question in questions.items():
        if name in complete:
            continue
        if is_interactive():
            complete[name] = _prompt(question)
        elif question["required"]:
            raise WrongUsage(
                f"An answer is required: {line(question['label'])}",
                f"Pass --answer {line(name)}=VALUE.",
            )
    return complete


def confirm(stage: Stage, action: str, *, yes: bool) -> None:
    """Ask for confirmation.

    Raises `WrongUsage` outside a terminal, and `Refused` if the answer is no.
    """
    if yes:
        return
    if not is_interactive():
        raise WrongUsage(
            f"Confirmation is required to {action} a review.",
            f"Pass --yes to {action} without a prompt.",
        )
    if not click.confirm(f"{action.capitalize()} this review in {stage.name}?", err=True):
        raise Refused("Nothing was done.")


def _prompt(question: Question) -> str:
    """Prompt for an answer; an optional one may be empty."""
    empty = None if question["required"] else ""
    label = line(question["label"])
    if not question["choices"]:
        text = label + _PROMPTS.get(question["kind"], "")
        return str(click.prompt(text, default=empty, show_default=False, err=True))
    click.echo(label, err=True)
    for number, choice in enumerate(question["choices"], 1):
        click.echo(f"  {number}) {line(choice)}", err=True)
    numbers = click.Choice([str(n) for n in range(1, len(question["choices"]) + 1)])
    if not question["required"]:
        numbers = click.Choice([*numbers.choices, ""])
    number = click.prompt(
        "Number", type=numbers, default=empty, show_default=False, show_choices=False, err=True
    )
    return question["choices"][int(number) - 1] if number else ""
