"""Request a review from the terminal, and print the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from signoff.api import AskerApi
from signoff.asking.poller import Poller
from signoff.asking.progress import progress
from signoff.errors import Forbidden, Refused, ReviewNotFound, Unreachable
from signoff.requesters import requester_or_default
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
    given = {"requested_by": requester_or_default(stage, request.get("requested_by")), **request}
    poller = Poller(api, api.ask(given))
    asked = Text(f"Review requested: {line(given['title'])} ({poller.review_id})")
    try:
        if wait:
            notes = consoles.stderr()
            notes.print(asked)
            with progress(stage, notes) as report:
                poller.until_decided(report)
        elif not as_json:
            consoles.stdout().print(asked)
    except KeyboardInterrupt:
        raise Refused(
            "\nStopped waiting. The review is still pending.", _follow_up(stage, poller)
        ) from None
    except (Forbidden, ReviewNotFound, Unreachable) as error:
        error.hint = (
            f"{error.hint}\nThe review is still pending. {_follow_up(stage, poller)}".strip()
        )
        raise
    answer = poller.review["answer"] if poller.review else None
    if as_json:
        click.echo(json_of({"review_id": poller.review_id, "answer": answer}))
    if answer:
        _print_decision(poller, answer, as_json=as_json)


def _print_decision(poller: Poller, answer: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an approval. Raises `Refused` for any other outcome."""
    if answer["review_id"] != poller.review_id:
        raise Refused("The answer is for a different review than the one asked for.")
    if answer["decision"] != "approved":
        by = f" by {deciders(answer)}" if answer.get("reviewer") else ""
        reason = line(answer.get("reason", ""))
        raise Refused(f"{line(answer['decision']).capitalize()}{by}: {reason}")
    if as_json:
        return
    screen = consoles.stdout()
    reason = f": {line(answer['reason'])}" if answer.get("reason") else ""
    screen.print(Text(f"Approved by {deciders(answer)}{reason}"))
    for name, value in answer.get("answers", {}).items():
        screen.print(Text(f"{line(name)}: {cards.format_fact(value)}"))


def _follow_up(stage: Stage, poller: Poller) -> str:
    review = f"{poller.review_id} {stage.options}"
    return f"View it: signoff show {review}\nCancel it: signoff cancel {review}"
