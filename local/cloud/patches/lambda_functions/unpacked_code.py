"""Environments with the same zip share its unpacked files, as `/var/task` is read-only on AWS.

Ministack unpacks the zip for each environment, which then compiles all modules. Here a zip is
unpacked once, and Python caches the compiled modules.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

# Ministack has no type annotations.
# pyright: reportMissingTypeStubs=false

import hashlib
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

CODE = "code"  # ministack's folder for a function's zip; layers have other names

_unpacking = threading.Lock()


class Package(zipfile.ZipFile):
    """A zip that unpacks into a shared folder."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        """For Python functions, replace the folder by a link to the shared one."""
        folder = Path(path)
        if folder.name != CODE or not any(name.endswith(".py") for name in self.namelist()):
            super().extractall(path, members, pwd)
            return
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        shared = Path(tempfile.gettempdir(), f"code-{digest}")
        with _unpacking:
            if not shared.exists():
                draft = Path(tempfile.mkdtemp())
                super().extractall(draft)
                draft.rename(shared)
        folder.rmdir()
        folder.symlink_to(shared)


def apply() -> None:
    """Make ministack use shared folders."""
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": Package})
