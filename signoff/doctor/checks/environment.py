"""This machine: its clock and its credentials."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from signoff.aws import caller_arn
from signoff.doctor.findings import CannotCheck, Finding, ok, problem
from signoff.doctor.units import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from signoff.doctor.probe import Probe

CLOCK, ACCOUNT = "clock", "account"
CLOSE_SECONDS = 60
"""AWS and Slack reject signatures five minutes off; warn well before."""
_SYNCHRONISE = "Synchronize this machine's clock (NTP), then run doctor again."


def clock(probe: Probe) -> Iterator[Finding]:
    """Compare this machine's clock with AWS's."""
    answer = probe.http("GET", probe.stage.output("decision_api_url"))
    off = round(probe.clock() - server_time(answer))
    if abs(off) <= CLOSE_SECONDS:
        yield ok(CLOCK, f"Within {CLOSE_SECONDS} s of AWS.")
        return
    yield problem(
        CLOCK,
        f"This machine's clock is {duration(abs(off))} {'ahead of' if off > 0 else 'behind'} AWS's;"
        " AWS rejects signatures more than five minutes off.",
        _SYNCHRONISE,
    )


def server_time(answer: requests.Response) -> float:
    """The server's time, from the `Date` header. Raises `CannotCheck`."""
    try:
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        raise CannotCheck("The decision API's response has no Date header.", "") from None


def account(probe: Probe) -> Iterator[Finding]:
    """Whether the credentials belong to the stage's account.

    Raises `Unreachable` if AWS is unreachable or rejects them.
    """
    arn, own = caller_arn(probe.stage), probe.stage.account
    given = arn.split(":")[4]
    if given == own:
        yield ok(ACCOUNT, f"{own}, as {arn}.")
    else:
        yield problem(
            ACCOUNT,
            f"Your credentials ({arn}) are for a different account than the stage ({own}).",
            "Choose credentials of the stage's account with AWS_PROFILE.",
        )
