"""Asking people from the terminal: what becomes of the question, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from signoff.api import OperatorApi
from signoff.asking.following import Following
from signoff.asking.progress import progress
from signoff.errors import Forbidden, Refused, Unreachable
from signoff.executions import Executions, new_name
from signoff.requesters import requester
from signoff.screen import cards, consoles
from signoff.screen.people import deciders
from signoff.text import as_json as json_of
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from signoff.api import Summary
    from signoff.executions import State
    from signoff.stage import Stage


def ask(stage: Stage, request: Mapping[str, Any], *, wait: bool, as_json: bool) -> None:
    """Ask; with `wait` until the answer is there.

    Raises `Refused` where the gate does not ask this, and where people do not approve.
    """
    executions, api = Executions(stage), OperatorApi(stage)
    given = {"requested_by": requester(stage, request.get("requested_by")), **request}
    arn = executions.start(stage.output("answer_machine_arn"), new_name("ask"), given)
    following = Following(executions, api, arn)
    notes = consoles.notes()
    try:
        following.until_asked()
        if wait:
            _tell_asked(following, notes)
            with progress(stage, notes) as tell:
                following.until_answered(tell)
    except KeyboardInterrupt:
        raise Refused(
            "\nNo longer waiting. The review goes on.", _goes_on(stage, following)
        ) from None
    except (Forbidden, Unreachable) as error:
        error.advice = f"{error.advice}\nThe review goes on. {_goes_on(stage, following)}".strip()
        raise
    _tell(stage, arn, following, as_json=as_json)


def _tell_asked(following: Following, notes: Console) -> None:
    if review := following.review:
        notes.print(Text(f"Asked: {line(review['title'])} ({review['review_id']})"))
        notes.print(Text(line(review["page"])), soft_wrap=True)


def _tell(stage: Stage, arn: str, following: Following, *, as_json: bool) -> None:
    """Print the answer, or what is known so far."""
    state, review = following.state, following.review
    if as_json:
        click.echo(json_of(_described(arn, following)))
    if state and state.has_ended:
        _end(state, review, as_json=as_json)
    elif not as_json:
        screen = consoles.output()
        if review:
            _tell_asked(following, screen)
            screen.print(Text.assemble(consoles.tag(stage), "  ", cards.standing(review)))
        else:
            screen.print(Text(f"Asked, by the execution {arn}"), soft_wrap=True)


def _described(arn: str, following: Following) -> dict[str, Any]:
    state, review = following.state, following.review
    answer: Mapping[str, Any] = state.output if state else {}
    return {
        "execution_arn": arn,
        "execution_status": state.status if state else "RUNNING",
        "review_id": answer.get("review_id") or (review["review_id"] if review else None),
        "page": review["page"] if review else None,
        "answer": answer or None,
        "error": (state.error if state else "") or None,
        "cause": (state.cause if state else "") or None,
    }


def _end(state: State, review: Summary | None, *, as_json: bool) -> None:
    """Print an approval. Raises `Refused` for any other end."""
    if state.decision != "approved":
        raise Refused(_refusal(state))
    if review and review["review_id"] != state.output.get("review_id"):
        raise Refused("The answer is for a different review than the one shown.")
    if as_json:
        return
    screen, answer = consoles.output(), state.output
    reason = f": {line(answer['reason'])}" if answer.get("reason") else ""
    screen.print(Text(f"Approved by {deciders(answer)}{reason}"))
    for name, value in answer.get("answers", {}).items():
        screen.print(Text(f"{line(name)}: {cards.fact_in_words(value)}"))


def _refusal(state: State) -> str:
    if state.error == "InvalidInput":
        return f"The gate does not ask this: {state.cause}"
    if state.decision:
        by = f" by {deciders(state.output)}" if state.output.get("reviewer") else ""
        return f"{state.decision.capitalize()}{by}: {line(state.output.get('reason', ''))}"
    return f"{state.error or state.status}: {state.cause}"


def _goes_on(stage: Stage, following: Following) -> str:
    if not following.review:
        return f"Find it: signoff list {stage.option}"
    known = f"{following.review['review_id']} {stage.option}"
    return f"See how it stands: signoff show {known}\nCall it off: signoff cancel {known}"
