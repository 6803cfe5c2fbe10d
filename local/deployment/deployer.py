"""Deploys stages side by side, each in a process of its own.

These are forked from one process (`warm_process.py`), which loads what every Pulumi program takes
longest to load, and can do so while the cloud still starts.
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
    """Deploys what it is asked to, any number of times."""

    def __init__(self, log: Path) -> None:
        """Start the process that deploying ones are forked from; `log` gets what it prints."""
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
                start_new_session=True,  # Ctrl-C is for the parent to handle
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
        """Deploy a folder's program as each of the stages, and give their outputs by name.

        `root_of` gives the keys of an account's root.
        `made` is called for each resource, from a thread per stage; what a program prints is in
        `deploy-NAME.log`. Raises `LocalError` with what the program or the local stack had to say.
        The first failure ends all of them; no process is left in any case.
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
        """Ask for a process that deploys, and give the connection to it."""
        ours, theirs = socket.socketpair()
        with theirs, create_private(log) as output:
            try:
                socket.send_fds(self._requests, [b"."], [theirs.fileno(), output.fileno()])
            except OSError as error:
                ours.close()
                raise LocalError(f"nothing can be deployed any more (see {self._log})") from error
        return ours


@contextmanager
def running_deployer(log: Path) -> Generator[Deployer]:
    """Start a deployer and stop it at the end."""
    deployer = Deployer(log)
    try:
        yield deployer
    finally:
        deployer.stop()


@dataclass(frozen=True, kw_only=True)
class _Deployment:
    """One stage's deployment, seen from here. Its process ends with the connection."""

    stage: Stage
    root: Path
    cloud_url: str
    keys: Keys
    log: Path
    connection: socket.socket

    def follow(self, made: Callable[[Stage], None]) -> Outputs:
        """Return the stack's outputs when the process has ended."""
        answer: dict[str, Any] = {}
        with suppress(OSError), self.connection.makefile("rw", encoding="utf-8") as process:
            process.write(json.dumps(self._job()) + "\n")
            process.flush()
            for line in process:
                answer = json.loads(line)
                if "made" in answer:
                    made(self.stage)
        if "outputs" in answer:
            return answer["outputs"]
        error = answer.get("error", "the deployment ended early")
        raise LocalError(f"{self.stage.name}: {error} (see {self.log})")

    def end(self) -> None:
        """End the process, if it still runs; `follow` returns when it is gone."""
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
