"""Environments of the same zip run the same files, as each sees a read-only `/var/task` on AWS.

Ministack unpacks the zip for each environment, which then compiles every module anew. Here a zip is
unpacked once, and Python keeps what it has compiled beside it.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

# Ministack comes without types.
# pyright: reportMissingTypeStubs=false

import hashlib
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

CODE = "code"  # where ministack unpacks a function's own zip; a layer's has another name

_unpacking = threading.Lock()


class Package(zipfile.ZipFile):
    """A zip that is unpacked into a folder which all that unpack the same one share."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        """Make the folder a link to the shared one, where it is for a Python function's code."""
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
    """Let ministack unpack zips like this."""
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": Package})
