"""Values that are computed once per test run and shared by all workers."""

import fcntl
import pickle
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")

_folders: list[Path] = []


def share_in(folder: Path) -> None:
    """Set the run's folder for shared values."""
    folder.mkdir(exist_ok=True)
    _folders[:] = [folder]


def once(key: str, make: Callable[[], Made]) -> Made:
    """Return the value of the first worker that computes this key; other workers wait."""
    file = _folders[0] / sha256(key.encode()).hexdigest()
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            unfinished = file.with_suffix(".new")
            unfinished.write_bytes(pickle.dumps(make()))
            unfinished.rename(file)
    return pickle.loads(file.read_bytes())
