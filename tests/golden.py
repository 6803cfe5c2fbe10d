"""Golden files: expected outputs whose changes are visible in code review."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def compare(path: Path, actual: str, *, renew: bool) -> None:
    """Compare the file with this text, or write it."""
    if renew:
        path.parent.mkdir(exist_ok=True)
        path.write_text(actual)
    recorded = path.read_text() if path.exists() else ""
    changes = "\n".join(unified_diff(recorded.splitlines(), actual.splitlines(), lineterm="", n=1))
    assert actual == recorded, f"{path.name} is outdated. If intended, run make golden:\n{changes}"
