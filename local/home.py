"""The folder `.local`: what is known of the running laptop, and its logs."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from local.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

HOME = Path(".local")


class Home:
    """The folder of one running laptop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state.json"

    def log(self, name: str) -> Path:
        """Give the file for a log."""
        return self.folder / f"{name}.log"

    def write_state(self, state: Mapping[str, object]) -> None:
        """Write the state in one step, so that a reader sees all of it or nothing."""
        draft = self.folder / "state.json.new"
        draft.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
        draft.replace(self.state)


def _take(folder: Path) -> TextIO:
    """Open the lock of a folder in which everything can be written."""
    try:
        folder.mkdir(exist_ok=True)
        # Somebody else may have started the laptop before.
        for path in (folder, *folder.iterdir()):
            if not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return (folder / "lock").open("a+")
    except OSError as error:
        raise UsageError(
            f"{folder.absolute()} must be a folder that you can write to, got {error.strerror!r}"
            f" for {error.filename}: give it back with chown, remove it, or start elsewhere"
        ) from error


@contextmanager
def open_home(folder: Path = HOME) -> Generator[Home]:
    """Take the folder for this process; its state is there only while the laptop is ready.

    Raises `UsageError` when another process has the folder, or somebody else owns it.
    """
    with _take(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise UsageError(f"it already runs here, as process {lock.read()}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        home = Home(folder)
        home.state.unlink(missing_ok=True)
        try:
            yield home
        finally:
            home.state.unlink(missing_ok=True)
