"""The command behind `approve` and `reject`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.options import as_json, pairs, review_id, stage_options, yes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signoff.api import Review
    from signoff.stage import Stage

_answer = click.option(
    "--answer", metavar="NAME=VALUE", multiple=True, help="The answer to a question (repeatable)."
)


def decision_command(
    verb: str, summary: str, details: str, reason_help: str, done: Callable[[Review], str]
) -> click.Command:
    """Make the command that sends this decision; `done` describes the result."""

    @click.command(verb, short_help=summary, help=details)
    @stage_options
    @review_id
    @click.option("--reason", metavar="TEXT", help=reason_help)
    @_answer
    @yes
    @as_json
    def command(
        *,
        stage: Stage,
        review_id: str,
        reason: str | None,
        answer: tuple[str, ...],
        yes: bool,
        as_json: bool,
    ) -> None:
        review = _decide(stage, verb, review_id, reason, answer, yes=yes)
        from signoff.screen.results import print_result

        print_result(done(review), review, as_json=as_json)

    return command


def _decide(
    stage: Stage,
    verb: str,
    review_id: str,
    reason: str | None,
    answers: Sequence[str],
    *,
    yes: bool,
) -> Review:
    """Fetch the review, prompt for missing values, and send the decision."""
    given = pairs("--answer", answers)
    from signoff import prompts
    from signoff.api import OperatorApi

    api = OperatorApi(stage)
    review = api.review(review_id)
    if review["status"] != "PENDING":
        # Already ended: the API reports the outcome, or completes an interrupted delivery.
        return api.decide(review, verb, reason or "", given)
    prompts.show_review(stage, review)
    given = prompts.complete_answers(review, given)
    reason = prompts.complete_reason(reason, required=verb == "reject")
    prompts.confirm(stage, verb, yes=yes)
    return api.decide(review, verb, reason, given)
