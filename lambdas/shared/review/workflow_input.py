"""The workflow's input: every field optional, every field checked."""

import math
from dataclasses import dataclass
from typing import Any

from lambdas.shared.review.errors import InvalidInput, as_object
from lambdas.shared.review.review import TITLE_LIMIT

ROWS_LIMIT = 100_000
_REQUESTER_LIMIT = 80


@dataclass(frozen=True, kw_only=True)
class WorkflowInput:
    """What whoever starts an execution may say."""

    rows: int
    anomaly_rate: float
    title: str
    requested_by: str

    @classmethod
    def parse(cls, data: Any) -> "WorkflowInput":
        """Read the execution's input. Raises `InvalidInput` with the field, the rule and the value.

        Fields that belong to others are left alone, so that a host machine may have its own.
        """
        data = as_object("the input", data)
        return cls(
            rows=_rows(data.get("rows", 1000)),
            anomaly_rate=_rate(data.get("anomaly_rate", 0.0)),
            title=_text("title", data.get("title", ""), TITLE_LIMIT),
            requested_by=_text("requested_by", data.get("requested_by", ""), _REQUESTER_LIMIT),
        )


def _rows(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= ROWS_LIMIT:
        raise InvalidInput(
            f"rows must be a whole number from 1 to {ROWS_LIMIT}, got {_shown(value)}"
        )
    return value


def _rate(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= 1:
        raise InvalidInput(f"anomaly_rate must be a number from 0 to 1, got {_shown(value)}")
    return float(value)


def _text(name: str, value: Any, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit or not value.isprintable():
        raise InvalidInput(
            f"{name} must be one line of at most {limit} characters, got {_shown(value)}"
        )
    return value.strip()


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"
