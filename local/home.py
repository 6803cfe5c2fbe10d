"""The folder `.local`: what is known of the running laptop, and its logs."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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


@contextmanager
def open_home(folder: Path = HOME) -> Generator[Home]:
    """Take the folder for this process; its state is there only while the laptop is ready.

    Raises `UsageError` when another process has the folder.
    """
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a+") as lock:
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
