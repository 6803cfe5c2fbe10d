"""Untrusted text, sanitized for a terminal: no control, invisible or bidirectional characters."""

from __future__ import annotations

import json
from typing import Any

from lambdas.domain.review.text import visible


def lines(value: object) -> str:
    """Sanitize text and keep its line breaks."""
    return visible(str(value))


def line(value: object) -> str:
    """Sanitize text and join it into one line."""
    return " ".join(lines(value).split())


def as_json(value: Any) -> str:
    """Serialize to ASCII JSON, so no value can contain a terminal escape sequence."""
    return json.dumps(value, indent=2)
