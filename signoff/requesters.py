"""Who asks, where nobody says so: whoever runs the command."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from lambdas.shared.review.people import identity_name
from signoff.aws import who_am_i

if TYPE_CHECKING:
    from signoff.stage import Stage

NAME_LIMIT = 80


def requester(stage: Stage, given: str | None) -> str:
    """Give who asks: as it was given, else the session with its role, or the user, in AWS.

    On the laptop, where everybody is the account itself, it is the login name there.
    """
    if given is not None:
        return given
    if stage.on_laptop:
        return f"{getpass.getuser()}@laptop"
    return identity_name(who_am_i(stage), NAME_LIMIT)
