"""The folder `.local`: state and logs of a running local stack, readable only by their owner."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from local.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

HOME = Path(".local")


class Home:
    """The folder of one running local stack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state.json"
        self._ports = folder / "ports.json"

    def log(self, name: str) -> Path:
        """Return a log's path."""
        return self.folder / f"{name}.log"

    def write_state(self, state: Mapping[str, object]) -> None:
        """Write the state atomically."""
        _write_json(self.state, state)

    def ports(self) -> dict[str, int]:
        """Return the ports of the previous run by server; empty if unknown."""
        try:
            remembered: Any = json.loads(self._ports.read_text())
            return {name: port for name, port in remembered.items() if 0 < port < 65_536}
        except (OSError, ValueError, TypeError, AttributeError):  # edited or truncated
            return {}

    def remember_ports(self, ports: Mapping[str, int]) -> None:
        """Keep the ports for the next run."""
        _write_json(self._ports, ports)


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    draft = path.with_name(f"{path.name}.new")
    with create_private(draft) as file:
        file.write((json.dumps(content, indent=2) + "\n").encode())
    draft.replace(path)


def create_private(path: Path) -> BinaryIO:
    """Create a file with mode 600, replacing an existing one that others may have open."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _open_lock(folder: Path) -> TextIO:
    """Make the folder private and writable, and open its lock file.

    Refuses a symbolic link and another user's folder: the owner could change the mode back.
    """
    try:
        with suppress(FileExistsError):
            folder.mkdir(0o700)
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(opened).st_uid != os.geteuid():
                raise PermissionError(errno.EPERM, "owned by another user", str(folder))
            os.fchmod(opened, 0o700)
        finally:
            os.close(opened)
        for path in folder.iterdir():
            if path.is_file() and not path.is_symlink():
                path.chmod(0o600)
            if not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        return os.fdopen(os.open(folder / "lock", flags, 0o600), "a+")
    except OSError as error:
        raise UsageError(
            f"{folder.absolute()} must be a folder that you own and can write to, got"
            f" {error.strerror!r} for {error.filename}: chown or remove it, or use another folder"
        ) from error


@contextmanager
def open_home(folder: Path = HOME) -> Generator[Home]:
    """Lock the folder for this process. `state.json` exists only while the local stack is ready.

    Raises `UsageError` when another process holds the lock or another user owns the folder.
    """
    with _open_lock(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise UsageError(
                f"a local stack already runs in this folder (process {lock.read()})"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        home = Home(folder)
        home.state.unlink(missing_ok=True)
        try:
            yield home
        finally:
            home.state.unlink(missing_ok=True)
