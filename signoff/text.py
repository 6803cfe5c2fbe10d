"""Text from elsewhere, as a terminal may have it: nothing in it steers, hides or pretends."""

from __future__ import annotations

import json
from typing import Any

from lambdas.domain.review.text import visible


def lines(value: object) -> str:
    """Give the visible text, in its lines."""
    return visible(str(value))


def line(value: object) -> str:
    """Give the visible text as one line."""
    return " ".join(lines(value).split())


def as_json(value: Any) -> str:
    """Write JSON that is plain ASCII, so that a terminal shows what is in it and obeys nothing."""
    return json.dumps(value, indent=2)
