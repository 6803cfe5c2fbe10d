"""`signoff` as somebody runs it: piped into a program, or at a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.laptop import ROOT

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

SECONDS = 60
COMMAND = (sys.executable, "-m", "signoff")
_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Result:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """A folder, an environment and a width in which commands run."""

    folder: Path
    columns: int = 80
    env: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def _env(self) -> dict[str, str]:
        mine = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        width = {"COLUMNS": str(self.columns), "LINES": "24"}
        here = {"PYTHONPATH": str(ROOT), "TZ": "UTC", "LOGNAME": "kim", "BROWSER": "true"}
        return {**mine, **here, **width, "TERM": "xterm-256color", **self.env}

    def run(self, *arguments: str, given: str = "") -> Result:
        """Run a command whose output a program reads."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self._env,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, *arguments: str) -> Generator[subprocess.Popen[str]]:
        """Run a command beside others, until the block ends."""
        with subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def at_it(self, *arguments: str) -> Generator[Screen]:
        """Run a command at a terminal, where somebody reads and types."""
        process, terminal = pty.fork()
        if not process:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a run in the background ignores it
            os.chdir(self.folder)
            os.execve(sys.executable, [*COMMAND, *arguments], self._env)
        size = struct.pack("HHHH", 24, self.columns, 0, 0)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
        screen = Screen(process, terminal)
        try:
            yield screen
        finally:
            screen.close()


class Screen:
    """What a terminal has shown so far."""

    def __init__(self, process: int, terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._status: int | None = None
        self.raw = ""

    @property
    def text(self) -> str:
        """What one reads, without what colours it and moves the cursor."""
        return _STEERING.sub("", self.raw).replace("\r\n", "\n")

    def wait_for(self, text: str, after: int = 0) -> int:
        """Read on until the text is there; give where it ends."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if (found := self.text.find(text, after)) >= 0:
                return found + len(text)
            if not self._read():
                break
        raise AssertionError(f"no {text!r} in {self.text}")

    def type(self, *lines: str) -> None:
        """Type lines, each once the line before is answered by a prompt."""
        for line in lines:
            os.write(self._terminal, f"{line}\n".encode())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.kill(self._process, signal.SIGINT)

    def end(self) -> int:
        """Read to the end and give the exit status."""
        end = time.monotonic() + SECONDS
        while self._read():
            assert time.monotonic() < end, f"it does not end: {self.text}"
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        return self._status

    def close(self) -> None:
        if self._status is None:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._terminal)

    def _read(self) -> bool:
        """Read what is there; false when there will be no more."""
        ready, _, _ = select.select([self._terminal], [], [], 0.2)
        if not ready:
            return True
        try:
            read = os.read(self._terminal, 65536)
        except OSError:  # what Linux says at the end
            return False
        self.raw += read.decode(errors="replace")
        return bool(read)


def with_pulumi(folder: Path, outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Give an environment in which `pulumi` knows these stacks, and says of others what it says."""
    (folder / "outputs.json").write_text(json.dumps(outputs))
    script = folder / "pulumi"
    script.write_text(f"#!{sys.executable}\n{_PULUMI}")
    script.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


_PULUMI = """
import json, pathlib, sys
assert sys.argv[1:5] == ["stack", "output", "--json", "--non-interactive"], sys.argv
stacks = json.loads((pathlib.Path(sys.argv[0]).parent / "outputs.json").read_text())
name = sys.argv[5].removeprefix("--stack=")
if name not in stacks:
    sys.exit(f"error: no stack named '{name}' found")
print(json.dumps(stacks[name]))
"""


def words(line: str) -> Sequence[str]:
    """Split a command line of a README as a shell does, without `signoff` itself."""
    import shlex

    return shlex.split(line, comments=True)[1:]
