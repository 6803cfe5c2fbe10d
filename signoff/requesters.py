"""The default requester: the user who runs the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.domain.review.requester import identity_name
from signoff.aws import caller_arn

if TYPE_CHECKING:
    from signoff.stage import Stage

NAME_LIMIT = 80


def requester_or_default(stage: Stage, given: str | None) -> str:
    """Return the given requester, or else the name of the IAM user or role session."""
    return given if given is not None else identity_name(caller_arn(stage), NAME_LIMIT)
