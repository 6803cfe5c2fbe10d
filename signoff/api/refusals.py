"""What a stage's APIs refuse, as an error with its exit status."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from signoff.aws import attach, who_am_i
from signoff.errors import Forbidden, NoSuchReview, Refused, Unreachable, WrongUsage
from signoff.text import line

if TYPE_CHECKING:
    from signoff.errors import SignoffError
    from signoff.stage import Stage


def refusal(
    stage: Stage, status: int, body: Any, missing: type[Unreachable], *, asks: bool
) -> SignoffError:
    """Read an answer that is no 200. `missing`: what it is where a machine in
    between says so; `asks`: whether it is what askers may do."""
    said = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    text = line(said.get("error", ""))
    if not text:
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return _turned_away(stage, asks=asks)
        return missing(f"The stage answered with status {status} and not a word why.", _LATER)
    match status:
        case HTTPStatus.NOT_FOUND:
            return NoSuchReview(
                f'The stage "{stage.name}" has no review of this id.',
                f"What waits: signoff list {stage.option}",
            )
        case HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.BAD_REQUEST:
            return WrongUsage(text)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unreachable(text, _LATER)
        case _:
            return Refused(text)


_LATER = "Try again in a moment."


def _turned_away(stage: Stage, *, asks: bool) -> SignoffError:
    """Say why AWS let nobody in: its own answer has no more than *Forbidden*."""
    arn = who_am_i(stage)  # which raises where the credentials are no good
    account = arn.split(":")[4]
    if account != stage.account:
        return Forbidden(
            f"You are {line(arn)}, and the stage is in the account {stage.account}.",
            "Name credentials of that account with AWS_PROFILE.",
        )
    return Forbidden(f"{line(arn)} lacks the permission.", attach(stage, asks=asks))
