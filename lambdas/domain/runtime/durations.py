"""Durations as text."""

from datetime import timedelta


def for_people(duration: timedelta) -> str:
    """`2 days 3 hours`, `24 hours`, `5 seconds`: the two largest nonzero units."""
    seconds = int(duration.total_seconds())
    parts: list[str] = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, rest = divmod(seconds, size)
        if count and not (unit == "day" and count == 1):
            parts.append(f"{count} {unit}{'s' * (count > 1)}")
            seconds = rest
    return " ".join(parts[:2]) or "0 seconds"
