"""Fields of what somebody hands over: each is read by its rule, or refused.

Every function raises `InvalidInput` with the field's name, the rule and the value.
"""

import re
from datetime import datetime
from typing import Any, TypeGuard

from lambdas.shared.review.errors import InvalidInput
from lambdas.shared.review.text import visible
from lambdas.shared.runtime import times

_SHA256 = re.compile("[0-9a-fA-F]{64}")
_SHOWN = 100


def whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number between the two, both included."""
    if not _is_number(value) or not least <= value <= most or value != int(value):
        raise InvalidInput(
            f"{name} must be a whole number from {least} to {most}, got {_shown(value)}"
        )
    return int(value)


def share(name: str, value: Any) -> float:
    """A part of the whole: from 0 to 1."""
    if not _is_number(value) or not 0 <= value <= 1:
        raise InvalidInput(f"{name} must be a number from 0 to 1, got {_shown(value)}")
    return float(value)


def line(name: str, value: Any, limit: int) -> str:
    """One line of visible text."""
    text = visible(value) if isinstance(value, str) else None
    if text is None or len(text) > limit or "\n" in text:
        raise InvalidInput(
            f"{name} must be one line of at most {limit} characters, got {_shown(value)}"
        )
    return text


def exactly(name: str, value: Any) -> str:
    """A text that is somebody else's key, and stays as it is. The error does not show it."""
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{name} must be a text, got {type(value).__name__}")
    return value


def sha256(name: str, value: Any) -> str:
    """A SHA-256, hexadecimal."""
    if not _SHA256.fullmatch(text := exactly(name, value)):
        raise InvalidInput(f"{name} must be 64 hexadecimal digits, got {_shown(text)}")
    return text


def moment(name: str, value: Any) -> datetime:
    """A time in ISO 8601."""
    try:
        return times.from_text(exactly(name, value))
    except (ValueError, OverflowError):
        raise InvalidInput(f"{name} must be a time in ISO 8601, got {_shown(value)}") from None


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python writes out no number of more than 4,300 digits
        return "a number of too many digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
