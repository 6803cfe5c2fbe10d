"""Time as text: ISO 8601 in UTC to the second, so that text sorts like time."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_PRECISE = "%Y-%m-%dT%H:%M:%S.%fZ"


def now() -> datetime:
    """The current time. The only clock that handlers read."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """`2026-11-22T14:05:09Z`; fractions of a second are truncated."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def to_precise_text(moment: datetime) -> str:
    """With microseconds: `2026-11-22T14:05:09.000123Z`."""
    return moment.astimezone(UTC).strftime(_PRECISE)


def from_text(text: str) -> datetime:
    """Parse an ISO 8601 time with an offset. Raises `ValueError` for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)


def for_people(moment: datetime) -> str:
    """`22 November 2026, 14:05 UTC`."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
