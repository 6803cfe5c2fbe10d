"""Slack's date tokens, in UTC; the page's script repeats them in the reader's time zone.

https://docs.slack.dev/messaging/formatting-message-text#date-formatting
"""

import re
from datetime import UTC, datetime, timedelta


def from_timestamp(seconds: float) -> datetime | None:
    """The moment, or nothing for a number that no calendar holds."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def format_date(moment: datetime, pattern: str, now: datetime) -> str:
    """Fill in the pattern's `{tokens}`; one that Slack does not know stays as it is."""

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
