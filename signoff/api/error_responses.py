"""Error responses of a stage's APIs, as errors with an exit status."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from signoff.aws import caller_arn, permission_hint
from signoff.errors import Forbidden, Refused, ReviewNotFound, Unreachable, WrongUsage
from signoff.text import line

if TYPE_CHECKING:
    from signoff.errors import SignoffError
    from signoff.stage import Stage


def error_from(
    stage: Stage, status: int, body: Any, no_response: type[Unreachable], *, for_askers: bool
) -> SignoffError:
    """Translate an error response. `no_response` is the error for a response from an intermediary;
    `for_askers` is set for the asker API."""
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    text = line(fields.get("error", ""))
    if not text:
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return _forbidden(stage, for_askers=for_askers)
        return no_response(f"The stage responded with status {status} and no message.", _RETRY)
    match status:
        case HTTPStatus.NOT_FOUND:
            return ReviewNotFound(
                f'No review with this ID in stage "{stage.name}".',
                f"List pending reviews: {stage.command('list')}",
            )
        case HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.BAD_REQUEST:
            return WrongUsage(text)
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unreachable(text, _RETRY)
        case _:
            return Refused(text)


_RETRY = "Try again in a moment."


def _forbidden(stage: Stage, *, for_askers: bool) -> SignoffError:
    """Explain a 403 of API Gateway, whose body is only *Forbidden*."""
    arn = caller_arn(stage)  # raises if the credentials are invalid
    account = arn.split(":")[4]
    if account != stage.account:
        return Forbidden(
            f"Your credentials ({line(arn)}) are for a different account than the stage"
            f" ({stage.account}).",
            "Choose credentials of the stage's account with AWS_PROFILE.",
        )
    return Forbidden(
        f"Permission denied for {line(arn)}.", permission_hint(stage, for_askers=for_askers)
    )
