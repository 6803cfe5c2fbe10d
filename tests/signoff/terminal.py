"""`signoff` as somebody runs it: read by a program, or at a terminal.

Commands run in this process, by way of the entry point. What only a process of its own shows, such
as a signal, a pipe that breaks or a pseudo-terminal, has `piped` and `at_it`.
"""

from __future__ import annotations

import fcntl
import io
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
import webbrowser
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from signoff.__main__ import main
from tests.local_stack import ROOT

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
    opened: Sequence[str] = ()
    """The pages that it opened in the browser."""

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
        here = {"PYTHONPATH": str(ROOT), "TZ": "UTC", "LOGNAME": "kim"}
        return {**mine, **here, **width, "TERM": "xterm-256color", **self.env}

    def run(self, *arguments: str, given: str = "", by_a_person: bool = False) -> Result:
        """Run a command whose output a program reads, or one that somebody has typed."""
        out, err = _Stream(by_a_person), _Stream(by_a_person)
        opened: list[str] = []
        with (
            chdir(self.folder),
            _environment(self._env),
            patch.object(sys, "argv", ["signoff", *arguments]),
            patch.object(sys, "stdin", _Stream(by_a_person, given)),
            patch.object(webbrowser, "open", opened.append),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            main()
        assert isinstance(end.value.code, int)
        return Result(end.value.code, out.text, err.text, opened)

    @contextmanager
    def piped(self, *arguments: str, columns: bool = True) -> Generator[subprocess.Popen[str]]:
        """Run a command as a process of its own, until the block ends."""
        env = {name: it for name, it in self._env.items() if columns or name != "COLUMNS"}
        with subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=env,
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


class _Stream(io.TextIOWrapper):
    """A standard stream in memory, which may claim to be a terminal."""

    class _Bytes(io.BytesIO):
        name = "<stdin>"

    def __init__(self, terminal: bool, given: str = "") -> None:
        super().__init__(self._Bytes(given.encode()), encoding="utf-8")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        self.seek(0)
        return self.read()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Generator[None]:
    """Have these variables and no others; the clock follows TZ."""
    try:
        with patch.dict(os.environ, variables, clear=True):
            time.tzset()
            yield
    finally:
        time.tzset()


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
    stacks = folder / "stacks"
    for name, its in outputs.items():
        (stacks / name).parent.mkdir(parents=True, exist_ok=True)
        (stacks / name).write_text(json.dumps(its))
    return pulumi(folder, _PULUMI.format(stacks=stacks))


def pulumi(folder: Path, script: str) -> dict[str, str]:
    """Give an environment in which this shell script is `pulumi`."""
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\n{script}")
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


_PULUMI = """
[ "$1 $2 $3 $4" = "stack output --json --non-interactive" ] || exit 99
cat {stacks}/"${{5#--stack=}}" 2>/dev/null && exit
echo "error: no stack named '${{5#--stack=}}' found" >&2
exit 1
"""
