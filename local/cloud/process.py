"""Process of the embedded AWS."""

from __future__ import annotations

import os
import shutil
import signal
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
from local.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Generator

HEALTH = "/_ministack/health"
READY_WITHIN = 60.0
SERVER = Path(__file__).with_name("server.py")
# Lambda functions inherit the cloud's environment: pass on only what a process needs.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT")


class Cloud:
    """A running embedded AWS, without persistence."""

    def __init__(self, log: Path, region: str, port: int = 0) -> None:
        """Start the process without waiting for it.

        `log` receives the output of the process and the Lambda functions. Their files are in the
        folder of the same name. Both are private. If `port` is taken, another is used.
        """
        self.log = log
        self._secret = new_secret()
        self._home = log.absolute().with_suffix("")
        shutil.rmtree(self._home, ignore_errors=True)  # left by a killed process
        self._home.mkdir(0o700)
        with loopback.listen(port) as listener, create_private(log) as output:
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
        """Return the root keys of an account; any twelve digits are an account id."""
        return root_keys(self._secret, account)

    @property
    def pid(self) -> int:
        """Process id, which is also the process group of all Lambda functions."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Endpoint URL of all services."""
        return f"http://{HOST}:{self.port}"

    def wait(self) -> None:
        """Wait until the cloud responds; its socket queues requests until then.

        Raises `LocalError` with the end of the log if it does not start.
        """
        try:
            loopback.get(self.url + HEALTH, timeout=READY_WITHIN).raise_for_status()
        except requests.RequestException as error:
            raise LocalError(f"the embedded AWS did not start: {error}\n{self.tail()}") from error

    def stay(self) -> None:
        """Block until the cloud ends unexpectedly, then raise `LocalError`."""
        status = self._process.wait()
        raise LocalError(f"the embedded AWS stopped with status {status}\n{self.tail()}")

    def tail(self, lines: int = 20) -> str:
        """Return the end of the log."""
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join([f"Last lines of {self.log}:", *text[-lines:]])

    def stop(self) -> None:
        """Stop the cloud and its Lambda functions."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        # Even if it has stopped: a Lambda function may still be running.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)


@contextmanager
def running_cloud(log: Path, region: str, port: int = 0) -> Generator[Cloud]:
    """Run an embedded AWS until the block ends."""
    cloud = Cloud(log, region, port)
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
        # Region of unsigned requests and of a state machine's own calls.
        "MINISTACK_REGION": region,
        "TMPDIR": str(home),
        # The default is in /tmp, which other users can write to.
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
        # No limit: calls queue for an environment (patches/lambda_functions/environments.py).
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
        # Disable listeners of unused services.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Disable Docker.
        "DOCKER_HOST": f"unix://{home}/no-docker.sock",
        "PYTHONUNBUFFERED": "1",
    }
