"""Environments of Python functions are forked from an interpreter with boto3 loaded.

On AWS, environments start on separate machines. Ministack starts an interpreter for each on this
one, and each needs half a second of CPU to import boto3 and load service models. Forking them from
one interpreter (`interpreter.py`) avoids that.
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from ministack.core import lambda_runtime

SCRIPT = Path(__file__).with_name("interpreter.py")


class Fork:
    """The part of `subprocess.Popen` that ministack uses, for a process that is not our child."""

    def __init__(self, pid: int, life: Any, *pipes: IO[str]) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = pipes
        self._life = life  # closed when the process ends

    def poll(self) -> int | None:
        """Return 0 if the process has ended; its real status is unknown."""
        return 0 if self._life.poll() else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the process ends."""
        if not self._life.poll(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return 0

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Interpreter:
    """The preloaded interpreter, started on first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None

    def fork(self, script: str, folder: str, environment: dict[str, str]) -> Fork | None:
        """Run a script in a fork; None if it needs a fresh interpreter."""
        process = {"script": script, "folder": folder, "environment": environment}
        given, stdin = os.pipe()
        stdout, written = os.pipe()
        stderr, logged = os.pipe()
        life, end = Pipe(duplex=False)
        theirs = [given, written, logged, end.fileno()]
        try:
            pid = self._ask(json.dumps(process).encode() + b"\n", theirs)
        finally:
            for descriptor in theirs[:3]:
                os.close(descriptor)
            end.close()
        pipes = [os.fdopen(stdin, "w", 1), os.fdopen(stdout), os.fdopen(stderr)]
        if pid:
            return Fork(pid, life, *pipes)
        for pipe in pipes:
            pipe.close()
        return None

    def _ask(self, text: bytes, descriptors: list[int]) -> int:
        """Return the new process's id, or 0."""
        with self._lock:
            if self._requests is None:
                self._requests = _start()
            try:
                sent = socket.send_fds(self._requests, [text], descriptors)
                self._requests.sendall(text[sent:])
                return int(self._requests.recv(32) or b"0")
            except OSError:  # it has ended; the next call starts another
                self._requests = None
                return 0


def _start() -> socket.socket:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, str(SCRIPT), str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
    threading.Thread(target=process.wait, daemon=True).start()
    return ours


_interpreter = Interpreter()


def _open(command: list[str], **options: Any) -> Any:
    """Start an environment's process, forked if it is a Python function."""
    if command[0] == sys.executable and (
        process := _interpreter.fork(command[1], options["cwd"], options["env"])
    ):
        return process
    return subprocess.Popen(command, **options)  # noqa: S603 - as ministack does


def apply() -> None:
    """Make ministack start processes by forking."""
    lambda_runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": _open})
