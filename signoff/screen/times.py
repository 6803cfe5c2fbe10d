"""Times as the reader's clock has them, and how much of it is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_SOON = timedelta(hours=1)
_VERY_SOON = timedelta(minutes=10)


def moment(text: str | None) -> str:
    """`2026-11-25 14:05 CET`; empty for none."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M %Z}" if text else ""


def clock(text: str) -> str:
    """`2026-11-25 14:05:09`: an entry of the record."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def until(deadline: str, now: datetime | None = None) -> timedelta:
    """How long it is until then; nothing when it is over."""
    left = datetime.fromisoformat(deadline) - (now or datetime.now(UTC))
    return max(left, timedelta(0))


def left(time: timedelta) -> str:
    """`1d 3h`, `1h 59m`, `45s`: the two largest units that say something."""
    seconds = int(time.total_seconds())
    parts: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "over"


def urgency(time: timedelta) -> str:
    """The colour of a time that is left."""
    if time <= _VERY_SOON:
        return "bold red"
    return "yellow" if time <= _SOON else ""
