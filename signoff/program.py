"""The name under which the user runs the command line."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

NAME = "signoff"


def program() -> str:
    """`signoff` if the shell finds it, else the path as typed: `.venv/bin/signoff`."""
    typed = Path(sys.argv[0])
    if typed.name == "__main__.py":
        return f"python -m {NAME}"
    found = shutil.which(NAME)
    if typed.name != NAME or (found and Path(found).resolve() == typed.resolve()):
        return NAME
    return sys.argv[0]
