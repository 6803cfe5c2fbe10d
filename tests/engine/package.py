"""The package as installed by other programs: a copy of the repository with its requirements."""

from __future__ import annotations

import shutil
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING

from tests.engine.stacks import PROGRAM, ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Files created by users of the package or left by its tests.
MADE = shutil.ignore_patterns("__pycache__", "pack", "venv", "node_modules", "sdks", "bin")
UV = ROOT / ".venv" / "bin" / "uv"


def clone_into(folder: Path) -> Path:
    """Copy the package and the programs that use it; return the package's path."""
    folder.mkdir(parents=True)
    for name in ("package", "examples", "requirements.txt", *PROGRAM):
        if (source := ROOT / name).is_dir():
            shutil.copytree(source, folder / name, ignore=MADE)
        else:
            shutil.copyfile(source, folder / name)
    package = folder / "package"
    # Pulumi installs with pip, which takes a minute unless everything is installed.
    python = package / "venv" / "bin" / "python"
    requirements = ("--require-hashes", "-r", package / "requirements.txt")
    subprocess.run([UV, "venv", "--quiet", "--seed", package / "venv"], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, *requirements], check=True)
    return package


def pretend_to_have_aws(home: Path) -> None:
    """Mark the AWS provider as installed; the engine is attached to the tests' provider."""
    name = f"resource-aws-v{version('pulumi_aws')}"
    provider = home / "pulumi" / "plugins" / name / "pulumi-resource-aws"
    provider.parent.mkdir(parents=True)
    provider.write_text("#!/bin/sh\necho the tests do not start this one >&2\nexit 1\n")
    provider.chmod(0o755)
