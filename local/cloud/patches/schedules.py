"""Schedules: the first call is immediate, and a minute lasts a second."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, scheduler

SECONDS_BETWEEN_CHECKS = 0.5
SECONDS_OF_A_MINUTE = 1
"""Short deadlines would otherwise be kept to the minute only."""

_create_schedule = scheduler._create_schedule
_parse_rate_seconds = eventbridge._parse_rate_seconds


def _create_and_start(name: str, body: dict[str, Any]) -> Any:
    """Run a rate on its creation; ministack waits for the first interval.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    answer = _create_schedule(name, body)
    rate = body.get("ScheduleExpression", "").startswith("rate(")
    if answer[0] == 200 and rate and not body.get("StartDate"):
        key = f"{body.get('GroupName', 'default')}/{name}"
        scheduler._schedule_last_fired[get_account_id(), get_region(), key] = 0.0
    return answer


def _shortened_rate(expression: str) -> int | None:
    seconds = _parse_rate_seconds(expression)
    return seconds and seconds // 60 * SECONDS_OF_A_MINUTE


def apply() -> None:
    """Check schedules every half second; ministack checks every ten seconds."""
    eventbridge._parse_rate_seconds = _shortened_rate
    scheduler._SCHEDULE_TICK_INTERVAL = SECONDS_BETWEEN_CHECKS
    scheduler._create_schedule = _create_and_start
