"""An environment of a Python function starts with boto3 loaded.

On AWS environments start side by side, and a slow start holds up no other call. Ministack starts an
interpreter for each on this one machine, and each takes half a second of its processor to import
boto3 and to read the models of AWS's services. Here they are forked from one interpreter that has
done so (`interpreter.py`), and each goes on as a process of its own.
"""

# Ministack comes without types, and keeps what it is made of in private names.
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
    """What ministack wants of a `subprocess.Popen`, of a process that is another one's child."""

    def __init__(self, pid: int, life: Any, *pipes: IO[str]) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = pipes
        self._life = life  # its other end closes when the process has ended

    def poll(self) -> int | None:
        """Give a status if the process has ended; which one, nobody knows."""
        return 0 if self._life.poll() else None

    def wait(self, timeout: float | None = None) -> int:
        """Return when the process has ended."""
        if not self._life.poll(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return 0

    def terminate(self) -> None:
        """Ask the process to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Interpreter:
    """The process that has everything loaded, from the first fork on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None

    def fork(self, script: str, folder: str, environment: dict[str, str]) -> Fork | None:
        """Run a script in a copy of the interpreter; None where a copy would run it otherwise."""
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
        """Give the id of the new process, 0 if there is none."""
        with self._lock:
            if self._requests is None:
                self._requests = _start()
            try:
                sent = socket.send_fds(self._requests, [text], descriptors)
                self._requests.sendall(text[sent:])
                return int(self._requests.recv(32) or b"0")
            except OSError:  # it has ended: the next function starts another
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
    """Start an environment's process; only Python's can be copies."""
    if command[0] == sys.executable and (
        process := _interpreter.fork(command[1], options["cwd"], options["env"])
    ):
        return process
    return subprocess.Popen(command, **options)  # noqa: S603 - as ministack does


def apply() -> None:
    """Give ministack processes that are copies."""
    lambda_runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": _open})
