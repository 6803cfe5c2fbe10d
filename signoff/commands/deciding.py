"""What `approve` and `reject` have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signoff.api import Review
    from signoff.stage import Stage

answer = click.option(
    "--answer", metavar="NAME=VALUE", multiple=True, help="The answer to a question, by its name."
)


def decide(
    stage: Stage, verb: str, given_id: str, reason: str | None, answers: Sequence[str], *, yes: bool
) -> Review:
    """Find the review, complete the decision, and send it."""
    given = pairs("--answer", answers)
    from signoff import deciding
    from signoff.api import OperatorApi

    api = OperatorApi(stage)
    review = api.review(given_id)
    if review["status"] != "PENDING":
        # Nothing is left to ask: the stage says how it ended, or finishes what was cut off.
        return api.decide(review, verb, reason or "", given)
    deciding.present(stage, review)
    given = deciding.given_answers(review, given)
    reason = deciding.given_reason(reason, needed=verb == "reject")
    deciding.confirm(stage, verb, yes=yes)
    return api.decide(review, verb, reason, given)
