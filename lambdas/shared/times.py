"""Time as text: ISO 8601 in UTC to the second, so that text sorts like time."""

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_PRECISE = "%Y-%m-%dT%H:%M:%S.%fZ"


def now() -> datetime:
    """Tell the time. The only clock that handlers read."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """`2026-11-22T14:05:09Z`; fractions of a second are cut off."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def to_precise_text(moment: datetime) -> str:
    """The same with microseconds: `2026-11-22T14:05:09.000123Z`."""
    return moment.astimezone(UTC).strftime(_PRECISE)


def from_text(text: str) -> datetime:
    """Read any ISO 8601 time with an offset. Raises `ValueError` where it is not one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)


def for_people(moment: datetime) -> str:
    """`22 November 2026, 14:05 UTC`."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def duration_for_people(duration: timedelta) -> str:
    """`2 days 3 hours`, `24 hours`, `5 seconds`: the two largest units that say something."""
    seconds = int(duration.total_seconds())
    parts: list[str] = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, rest = divmod(seconds, size)
        if count and not (unit == "day" and count == 1):
            parts.append(f"{count} {unit}{'s' * (count > 1)}")
            seconds = rest
    return " ".join(parts[:2]) or "0 seconds"
