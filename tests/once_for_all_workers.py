"""What the workers of one test run make once: the first that needs it, for all of them."""

import fcntl
import pickle
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")

_folders: list[Path] = []


def share_in(folder: Path) -> None:
    """Keep what is shared in this folder, which belongs to the run and goes with it."""
    folder.mkdir(exist_ok=True)
    _folders[:] = [folder]


def once(key: str, make: Callable[[], Made]) -> Made:
    """Give what the first worker that asked for this key has made; the others wait for it."""
    file = _folders[0] / sha256(key.encode()).hexdigest()
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            unfinished = file.with_suffix(".new")
            unfinished.write_bytes(pickle.dumps(make()))
            unfinished.rename(file)
    return pickle.loads(file.read_bytes())
