"""A Python that is too old is reported in one line, by `make` and by `python -m local`."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import local
from tests.local_stack import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Simulates an old interpreter: this one with another version.
OLD = """
import runpy, sys
sys.version_info = (3, 10, 13, "final", 0)
sys.argv = ["local", "up"]
runpy.run_module("local", run_name="__main__")
"""
OLD_PYTHON = f"""#!/bin/sh
[ "$1" = --version ] && echo Python 3.10.13 && exit
exec {sys.executable} -c 'import sys; sys.version_info = (3, 10, 13); exec(sys.argv[1])' "$2"
"""


def test_the_local_stack_does_not_start(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", OLD],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        "Python must be 3.11 or newer, got 3.10: run make setup, then use .venv/bin/python\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_version_check_uses_syntax_of_old_pythons() -> None:
    source = (ROOT / "local" / "__init__.py").read_text(encoding="ascii")
    ast.parse(source, feature_version=(3, 4))
    assert local.__file__ == str(ROOT / "local" / "__init__.py")


def test_make_installs_nothing(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(OLD_PYTHON)
    python.chmod(0o755)
    for given, got in ((python, "Python 3.10.13"), (tmp_path / "nothing", "none")):
        result = subprocess.run(
            ["make", "demo", f"PYTHON={given}"],
            cwd=tmp_path,
            env={name: os.environ[name] for name in ("PATH", "HOME")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 2
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert f"Python must be 3.11 or newer, got {got}. Name another one: make PYTHON=" in line
    assert not (tmp_path / ".venv").exists()
