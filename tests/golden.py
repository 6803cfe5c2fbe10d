"""Golden files: what comes out, kept so that a change of it shows itself in review."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def compare(path: Path, actual: str, *, renew: bool) -> None:
    """Require that the file holds this text, or write it there."""
    if renew:
        path.parent.mkdir(exist_ok=True)
        path.write_text(actual)
    recorded = path.read_text() if path.exists() else ""
    changes = "\n".join(unified_diff(recorded.splitlines(), actual.splitlines(), lineterm="", n=1))
    assert actual == recorded, f"{path.name} is outdated. If this is meant, make golden:\n{changes}"
