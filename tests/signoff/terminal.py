"""Run `signoff` with captured output or at a terminal.

Commands run in this process, through the entry point. Signals, broken pipes and pseudo-terminals
need a separate process: `piped` and `interactive`.
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
_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Result:
    """A command's output and exit status."""

    status: int
    out: str
    err: str
    opened: Sequence[str] = ()
    """The URLs opened in the browser."""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """The folder, environment and width of commands."""

    folder: Path
    columns: int = 80
    env: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def _env(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        width = {"COLUMNS": str(self.columns), "LINES": "24"}
        fixed = {"PYTHONPATH": str(ROOT), "TZ": "UTC", "LOGNAME": "kim"}
        return {**inherited, **fixed, **width, "TERM": "xterm-256color", **self.env}

    def run(self, *arguments: str, stdin: str = "", tty: bool = False) -> Result:
        """Run a command with captured output; `tty` makes the streams claim to be a terminal."""
        out, err = _Stream(tty), _Stream(tty)
        opened: list[str] = []
        with (
            chdir(self.folder),
            _environment(self._env),
            patch.object(sys, "argv", ["signoff", *arguments]),
            patch.object(sys, "stdin", _Stream(tty, stdin)),
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
        """Run a command with pipes in a separate process until the block ends."""
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
    def interactive(self, *arguments: str) -> Generator[Screen]:
        """Run a command at a pseudo-terminal."""
        process, terminal = pty.fork()
        if not process:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # background jobs ignore it
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
    """A standard stream in memory that may claim to be a terminal."""

    class _Bytes(io.BytesIO):
        name = "<stdin>"

    def __init__(self, tty: bool, text: str = "") -> None:
        super().__init__(self._Bytes(text.encode()), encoding="utf-8")
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    @property
    def text(self) -> str:
        self.seek(0)
        return self.read()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Generator[None]:
    """Replace the environment, including the time zone."""
    try:
        with patch.dict(os.environ, variables, clear=True):
            time.tzset()
            yield
    finally:
        time.tzset()


class Screen:
    """The output of a terminal so far."""

    def __init__(self, process: int, terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._status: int | None = None
        self.raw = ""

    @property
    def text(self) -> str:
        """The output without escape sequences."""
        return _ESCAPE_SEQUENCE.sub("", self.raw).replace("\r\n", "\n")

    def wait_for(self, text: str, after: int = 0) -> int:
        """Read until the text appears after a position; return the position after it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if (found := self.text.find(text, after)) >= 0:
                return found + len(text)
            if not self._read():
                break
        raise AssertionError(f"{text!r} did not appear: {self.text}")

    def type(self, *lines: str) -> None:
        """Type lines, each followed by Enter."""
        for line in lines:
            os.write(self._terminal, f"{line}\n".encode())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.kill(self._process, signal.SIGINT)

    def end(self) -> int:
        """Read to the end and return the exit status."""
        end = time.monotonic() + SECONDS
        while self._read():
            assert time.monotonic() < end, f"the command did not end: {self.text}"
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        return self._status

    def close(self) -> None:
        if self._status is None:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._terminal)

    def _read(self) -> bool:
        """Read available output; return False at the end."""
        ready, _, _ = select.select([self._terminal], [], [], 0.2)
        if not ready:
            return True
        try:
            read = os.read(self._terminal, 65536)
        except OSError:  # EIO, the end on Linux
            return False
        self.raw += read.decode(errors="replace")
        return bool(read)


def with_pulumi(folder: Path, outputs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return an environment whose `pulumi` has these stacks and reports others as unknown."""
    stacks = folder / "stacks"
    for name, values in outputs.items():
        (stacks / name).parent.mkdir(parents=True, exist_ok=True)
        (stacks / name).write_text(json.dumps(values))
    return with_pulumi_script(folder, _PULUMI.format(stacks=stacks))


def with_pulumi_script(folder: Path, script: str) -> dict[str, str]:
    """Return an environment whose `pulumi` is this shell script."""
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
