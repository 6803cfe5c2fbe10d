"""Times in the reader's time zone, and time left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_SOON = timedelta(hours=1)
_VERY_SOON = timedelta(minutes=10)


def date_and_time(text: str | None) -> str:
    """`2026-11-25 14:05 CET`; empty for None."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M %Z}" if text else ""


def timestamp(text: str) -> str:
    """`2026-11-25 14:05:09`: for an audit entry."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def time_until(deadline: str, now: datetime | None = None) -> timedelta:
    """Time until the deadline; zero once it has passed."""
    left = datetime.fromisoformat(deadline) - (now or datetime.now(UTC))
    return max(left, timedelta(0))


def format_duration(time: timedelta) -> str:
    """`1d 3h`, `1h 59m`, `45s`: the two largest units."""
    seconds = int(time.total_seconds())
    parts: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"


def urgency_style(time: timedelta) -> str:
    """The color of the time left."""
    if time <= _VERY_SOON:
        return "bold red"
    return "yellow" if time <= _SOON else ""
