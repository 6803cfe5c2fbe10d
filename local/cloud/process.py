"""Starts and stops the embedded AWS."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from local import loopback
from local.cloud.keys import Keys, new_secret, root_keys
from local.errors import LocalError
from local.home import create_private

if TYPE_CHECKING:
    from collections.abc import Generator

HOST = "127.0.0.1"
HEALTH = "/_ministack/health"
READY_WITHIN = 60.0
SERVER = Path(__file__).with_name("server.py")
# Lambdas see the cloud's environment: hand down only what a process needs to run.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT")


class Cloud:
    """A running embedded AWS; nothing of it is kept when it stops."""

    def __init__(self, log: Path, region: str) -> None:
        """Start the process without waiting for it.

        `log` gets all that it and the Lambdas say; their files are in the folder of that name.
        Nobody else may read either.
        """
        self.log = log
        self._secret = new_secret()
        self._home = log.absolute().with_suffix("")
        shutil.rmtree(self._home, ignore_errors=True)  # of one that could not end in order
        self._home.mkdir(0o700)
        with socket.create_server((HOST, 0)) as listener, create_private(log) as output:
            self.port: int = listener.getsockname()[1]
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, "-I", str(SERVER), str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                env=_environment(self.port, self._home, region),
                pass_fds=[listener.fileno()],
                start_new_session=True,
                umask=0o077,
            )
        assert self._process.stdin
        self._process.stdin.write(f"{self._secret}\n".encode())
        self._process.stdin.flush()

    def root(self, account: str) -> Keys:
        """Give the keys of an account's root: any twelve digits are an account."""
        return root_keys(self._secret, account)

    @property
    def pid(self) -> int:
        """The process that every Lambda belongs to, as a group."""
        return self._process.pid

    @property
    def url(self) -> str:
        """The endpoint of every service."""
        return f"http://{HOST}:{self.port}"

    def wait(self) -> None:
        """Return when the cloud answers; its socket queues the question until then.

        Raises `LocalError` with the end of the log when it does not come up.
        """
        try:
            loopback.get(self.url + HEALTH, timeout=READY_WITHIN).raise_for_status()
        except requests.RequestException as error:
            raise LocalError(f"the embedded AWS did not start: {error}\n{self.tail()}") from error

    def stay(self) -> None:
        """Return never: raise `LocalError` when the cloud ends by itself."""
        status = self._process.wait()
        raise LocalError(f"the embedded AWS ended with status {status}\n{self.tail()}")

    def tail(self, lines: int = 20) -> str:
        """Give the end of the log."""
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join([f"the end of {self.log}:", *text[-lines:]])

    def stop(self) -> None:
        """End the cloud and its Lambdas, and wait until they are gone."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        # Also when it ended by itself: a Lambda may have outlived it.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)


@contextmanager
def running_cloud(log: Path, region: str) -> Generator[Cloud]:
    """Start an embedded AWS and stop it at the end, however the end comes."""
    cloud = Cloud(log, region)
    try:
        yield cloud
    finally:
        cloud.stop()


def _environment(port: int, home: Path, region: str) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        "AUTH": "true",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": HOST,
        # Of requests that nobody signs, and of the calls that a state machine makes by itself.
        "MINISTACK_REGION": region,
        "TMPDIR": str(home),
        # In /tmp otherwise, where somebody else may have put something.
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
        # Calls wait for an environment (patches/lambda_functions/environments.py), none is refused.
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
        # Listeners of services that nobody uses here.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Never look for a Docker daemon.
        "DOCKER_HOST": f"unix://{home}/no-docker.sock",
        "PYTHONUNBUFFERED": "1",
    }
