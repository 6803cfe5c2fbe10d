"""Request a review from the terminal, and print the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from signoff.api import AskerApi
from signoff.asking.following import Following
from signoff.asking.progress import progress
from signoff.errors import Forbidden, NoSuchReview, Refused, Unreachable
from signoff.requesters import requester
from signoff.screen import cards, consoles
from signoff.screen.people import deciders
from signoff.text import as_json as json_of
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.stage import Stage


def ask(stage: Stage, request: Mapping[str, Any], *, wait: bool, as_json: bool) -> None:
    """Request a review; with `wait`, wait for the decision.

    Raises `Refused` if the request is invalid or the review was not approved.
    """
    api = AskerApi(stage)
    given = {"requested_by": requester(stage, request.get("requested_by")), **request}
    following = Following(api, api.ask(given))
    asked = Text(f"Review requested: {line(given['title'])} ({following.review_id})")
    try:
        if wait:
            notes = consoles.notes()
            notes.print(asked)
            with progress(stage, notes) as tell:
                following.until_answered(tell)
        elif not as_json:
            consoles.output().print(asked)
    except KeyboardInterrupt:
        raise Refused(
            "\nStopped waiting. The review is still pending.", _goes_on(stage, following)
        ) from None
    except (Forbidden, NoSuchReview, Unreachable) as error:
        error.advice = (
            f"{error.advice}\nThe review is still pending. {_goes_on(stage, following)}".strip()
        )
        raise
    answer = following.review["answer"] if following.review else None
    if as_json:
        click.echo(json_of({"review_id": following.review_id, "answer": answer}))
    if answer:
        _end(following, answer, as_json=as_json)


def _end(following: Following, answer: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an approval. Raises `Refused` for any other outcome."""
    if answer["review_id"] != following.review_id:
        raise Refused("The answer is for a different review than the one asked for.")
    if answer["decision"] != "approved":
        by = f" by {deciders(answer)}" if answer.get("reviewer") else ""
        said = line(answer.get("reason", ""))
        raise Refused(f"{line(answer['decision']).capitalize()}{by}: {said}")
    if as_json:
        return
    screen = consoles.output()
    reason = f": {line(answer['reason'])}" if answer.get("reason") else ""
    screen.print(Text(f"Approved by {deciders(answer)}{reason}"))
    for name, value in answer.get("answers", {}).items():
        screen.print(Text(f"{line(name)}: {cards.fact_text(value)}"))


def _goes_on(stage: Stage, following: Following) -> str:
    known = f"{following.review_id} {stage.option}"
    return f"View it: signoff show {known}\nCancel it: signoff cancel {known}"
