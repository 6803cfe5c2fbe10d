"""The package as other people's programs get it: a copy of the repository and what it requires."""

from __future__ import annotations

import shutil
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING

from tests.engine.stacks import PROGRAM, ROOT

if TYPE_CHECKING:
    from pathlib import Path

# What users of the package make there, and what its tests may have left.
MADE = shutil.ignore_patterns("__pycache__", "pack", "venv", "node_modules", "sdks", "bin")
UV = ROOT / ".venv" / "bin" / "uv"


def clone_into(folder: Path) -> Path:
    """Copy what the package consists of, and the programs that use it; give the package."""
    folder.mkdir(parents=True)
    for name in ("package", "examples", "requirements.txt", *PROGRAM):
        if (source := ROOT / name).is_dir():
            shutil.copytree(source, folder / name, ignore=MADE)
        else:
            shutil.copyfile(source, folder / name)
    package = folder / "package"
    # Pulumi installs with pip, which takes a minute where it does not find all there.
    python = package / "venv" / "bin" / "python"
    requirements = ("--require-hashes", "-r", package / "requirements.txt")
    subprocess.run([UV, "venv", "--quiet", "--seed", package / "venv"], check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, *requirements], check=True)
    return package


def pretend_to_have_aws(home: Path) -> None:
    """Have AWS's provider count as installed; the engine is attached to the tests' own."""
    name = f"resource-aws-v{version('pulumi_aws')}"
    provider = home / "pulumi" / "plugins" / name / "pulumi-resource-aws"
    provider.parent.mkdir(parents=True)
    provider.write_text("#!/bin/sh\necho the tests do not start this one >&2\nexit 1\n")
    provider.chmod(0o755)
