"""What is on this side: the machine's clock, and whose credentials it has."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from signoff.aws import who_am_i
from signoff.doctor.findings import CannotCheck, Finding, problem, well
from signoff.doctor.words import long

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from signoff.doctor.probe import Probe

CLOCK, ACCOUNT = "clock", "account"
CLOSE_SECONDS = 60
"""AWS and Slack believe signatures of five minutes: more than one off is on its way there."""
_SYNCHRONISE = "Let this machine set its clock by the network (NTP), then run doctor again."


def clock(probe: Probe) -> Iterator[Finding]:
    """This machine's time against the stage's."""
    answer = probe.http("GET", probe.stage.output("decision_api_url"))
    off = round(probe.clock() - told_time(answer))
    if abs(off) <= CLOSE_SECONDS:
        yield well(CLOCK, f"This machine and AWS agree within {CLOSE_SECONDS} s.")
        return
    yield problem(
        CLOCK,
        f"This machine's clock is {long(abs(off))} {'ahead of' if off > 0 else 'behind'} AWS's;"
        " AWS refuses what is signed five minutes off.",
        _SYNCHRONISE,
    )


def told_time(answer: requests.Response) -> float:
    """What time it was where an answer comes from. Raises `CannotCheck`."""
    try:
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        raise CannotCheck("The decision API's answer has no date.", "") from None


def account(probe: Probe) -> Iterator[Finding]:
    """Whether the credentials are of the stage's account.

    Raises `Unreachable` where nobody can be asked, or AWS does not take them.
    """
    arn, own = who_am_i(probe.stage), probe.stage.account
    given = arn.split(":")[4]
    if given == own:
        yield well(ACCOUNT, f"{own}, as {arn}.")
    else:
        yield problem(
            ACCOUNT,
            f"You are {arn}, and the stage is in the account {own}.",
            "Name credentials of that account with AWS_PROFILE.",
        )
