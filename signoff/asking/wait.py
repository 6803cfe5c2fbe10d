"""Wait for the decision on an own review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from signoff.errors import Refused
from signoff.polling import poll, resumable
from signoff.screen import cards, consoles
from signoff.screen.people import deciders
from signoff.screen.progress import progress
from signoff.text import as_json as json_of
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.api import AskerApi, OwnReview
    from signoff.stage import Stage


def wait_for_decision(stage: Stage, api: AskerApi, review_id: str, *, as_json: bool) -> None:
    """Wait for the decision and print it. Raises `Refused` unless the review was approved."""
    undecided = {"review_id": review_id, "answer": None}
    pending = "The review is still pending."
    follow_up = (
        f"Wait again: {stage.command('wait', review_id)}\n"
        f"Withdraw it: {stage.command('withdraw', review_id)}"
    )
    with (
        resumable(f"Stopped waiting. {pending}", follow_up, undecided, pending),
        progress(
            stage, "Waiting for a decision", cards.time_and_approvals, cards.approvals
        ) as report,
    ):
        review = poll(lambda: api.review(review_id), _has_answer, report)
    _print_decision(review_id, review["answer"] or {}, as_json=as_json)


def _has_answer(review: OwnReview) -> bool:
    return review["answer"] is not None


def _print_decision(review_id: str, answer: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an approval. Raises `Refused` for any other outcome."""
    if answer["review_id"] != review_id:
        raise Refused("The answer is for a different review than the one requested.")
    result = {"review_id": review_id, "answer": answer}
    if answer["decision"] != "approved":
        by = f" by {deciders(answer)}" if answer.get("reviewer") else ""
        reason = f": {line(answer['reason'])}" if answer.get("reason") else "."
        raise Refused(f"{line(answer['decision']).capitalize()}{by}{reason}", result=result)
    if as_json:
        click.echo(json_of(result))
        return
    screen = consoles.stdout()
    reason = f": {line(answer['reason'])}" if answer.get("reason") else ""
    screen.print(Text(f"Approved by {deciders(answer)}{reason}"), soft_wrap=True)
    for name, value in answer.get("answers", {}).items():
        screen.print(Text(f"{line(name)}: {cards.format_fact(value)}"), soft_wrap=True)
