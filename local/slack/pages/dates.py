"""Slack's date tokens in UTC. The page's script renders them in the reader's time zone.

https://docs.slack.dev/messaging/formatting-message-text#date-formatting
"""

import re
from datetime import UTC, datetime, timedelta


def from_timestamp(seconds: float) -> datetime | None:
    """Convert a timestamp; None if it is out of range."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def format_date(moment: datetime, pattern: str, now: datetime) -> str:
    """Replace the pattern's `{tokens}`; unknown ones are kept."""

    def fill(token: re.Match[str]) -> str:
        return _token(token[1], moment, now) or token[0]

    shown = re.sub(r"\{(\w+)\}", fill, pattern)
    return shown[:1].upper() + shown[1:]


def _token(name: str, moment: datetime, now: datetime) -> str | None:
    base = name.removesuffix("_pretty")
    if base != name and (near := _near(moment, now)):
        return near
    match base:
        case "date_num":
            return f"{moment:%Y-%m-%d}"
        case "date":
            return f"{moment:%B} {_ordinal(moment.day)}, {moment.year}"
        case "date_short":
            return f"{moment:%b} {moment.day}, {moment.year}"
        case "date_long":
            return f"{moment:%A, %B} {_ordinal(moment.day)}, {moment.year}"
        case "time":
            return f"{moment:%H:%M} UTC"
        case "time_secs":
            return f"{moment:%H:%M:%S} UTC"
        case _:
            return None


def _near(moment: datetime, now: datetime) -> str | None:
    days = (moment.date() - now.date()) // timedelta(days=1)
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)


def _ordinal(day: int) -> str:
    ending = "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
