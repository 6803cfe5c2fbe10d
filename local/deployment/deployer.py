"""Deploys stages in parallel, each in its own process.

The processes are forked from one (`warm_process.py`) that preloads Pulumi while the cloud starts.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.errors import LocalError
from local.home import create_private

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from local.cloud.keys import Keys
    from local.deployment.stages import Stage

Outputs = dict[str, Any]
REPOSITORY = Path(__file__).parents[2]


class Deployer:
    """Deploys stages, any number of times."""

    def __init__(self, log: Path) -> None:
        """Start the process to fork deployments from; `log` receives its output."""
        self._log = log
        self._requests, theirs = socket.socketpair()
        with theirs, create_private(log) as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "local.deployment.warm_process", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=REPOSITORY,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # the parent handles Ctrl-C
            )

    def deploy(
        self,
        root: Path,
        stages: Sequence[Stage],
        cloud_url: str,
        root_of: Callable[[str], Keys],
        logs: Path,
        made: Callable[[Stage], None] = lambda _: None,
    ) -> dict[str, Outputs]:
        """Deploy a folder's program as each of the stages and return the outputs by stage.

        `root_of` returns the root keys of an account. `made` is called for each resource, from a
        thread per stage. A program's output goes to `deploy-NAME.log`. The first failure stops all
        deployments and raises `LocalError`.
        """
        with ExitStack() as running:
            deployments = [
                _Deployment(
                    stage=stage,
                    root=root,
                    cloud_url=cloud_url,
                    keys=root_of(stage.account),
                    log=(log := logs / f"deploy-{stage.name}.log"),
                    connection=running.enter_context(self._fork(log)),
                )
                for stage in stages
            ]
            threads = running.enter_context(ThreadPoolExecutor(len(stages)))
            for deployment in deployments:
                running.callback(deployment.end)
            pending = {threads.submit(each.follow, made): each.stage.name for each in deployments}
            done = {pending[it]: it.result() for it in as_completed(pending)}
        return {stage.name: done[stage.name] for stage in stages}

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._requests.close()

    def _fork(self, log: Path) -> socket.socket:
        """Fork a deploying process and return a connection to it."""
        ours, theirs = socket.socketpair()
        with theirs, create_private(log) as output:
            try:
                socket.send_fds(self._requests, [b"."], [theirs.fileno(), output.fileno()])
            except OSError as error:
                ours.close()
                raise LocalError(f"the deployer has stopped (see {self._log})") from error
        return ours


@contextmanager
def running_deployer(log: Path) -> Generator[Deployer]:
    """Run a deployer until the block ends."""
    deployer = Deployer(log)
    try:
        yield deployer
    finally:
        deployer.stop()


@dataclass(frozen=True, kw_only=True)
class _Deployment:
    """A running deployment. Its process ends with the connection."""

    stage: Stage
    root: Path
    cloud_url: str
    keys: Keys
    log: Path
    connection: socket.socket

    def follow(self, made: Callable[[Stage], None]) -> Outputs:
        """Wait for the process and return the stack's outputs."""
        message: dict[str, Any] = {}
        with suppress(OSError), self.connection.makefile("rw", encoding="utf-8") as process:
            process.write(json.dumps(self._job()) + "\n")
            process.flush()
            for line in process:
                message = json.loads(line)
                if "made" in message:
                    made(self.stage)
        if "outputs" in message:
            return message["outputs"]
        error = message.get("error", "the deployment stopped unexpectedly")
        raise LocalError(f"{self.stage.name}: {error} (see {self.log})")

    def end(self) -> None:
        """Stop the process; `follow` returns when it has ended."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)

    def _job(self) -> dict[str, object]:
        return {
            "root": str(self.root),
            "project": self.stage.project,
            "stage": self.stage.name,
            "cloud_url": self.cloud_url,
            "keys": self.keys.as_json(),
            "region": self.stage.region,
            "config": self.stage.pulumi_config(),
            "secret_keys": sorted(self.stage.secret_keys),
        }
