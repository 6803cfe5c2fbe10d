"""Error responses of a stage's APIs, as errors with an exit status."""

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
    """Translate an error response. `missing` is the error for a response from an intermediary;
    `asks` is set for the asker API."""
    said = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    text = line(said.get("error", ""))
    if not text:
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return _turned_away(stage, asks=asks)
        return missing(f"The stage responded with status {status} and no message.", _LATER)
    match status:
        case HTTPStatus.NOT_FOUND:
            return NoSuchReview(
                f'No review with this ID in stage "{stage.name}".',
                f"List pending reviews: signoff list {stage.option}",
            )
        case HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.BAD_REQUEST:
            return WrongUsage(text)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unreachable(text, _LATER)
        case _:
            return Refused(text)


_LATER = "Try again in a moment."


def _turned_away(stage: Stage, *, asks: bool) -> SignoffError:
    """Explain a 403 of API Gateway, whose body is only *Forbidden*."""
    arn = who_am_i(stage)  # which raises where the credentials are no good
    account = arn.split(":")[4]
    if account != stage.account:
        return Forbidden(
            f"Your credentials ({line(arn)}) are for a different account than the stage"
            f" ({stage.account}).",
            "Choose credentials of the stage's account with AWS_PROFILE.",
        )
    return Forbidden(f"Permission denied for {line(arn)}.", attach(stage, asks=asks))
