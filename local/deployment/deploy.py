"""Deploys stages side by side, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from local.deployment.stages import Stage

Outputs = dict[str, Any]


class StageProcess:
    """The process that deploys one stage. It gets ready while the cloud still starts."""

    def __init__(self, root: Path, stage: Stage, cloud_url: str, log: Path) -> None:
        self.stage = stage
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.deployment.stage_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=root,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for the parent to handle
            )
        self._job = {
            "root": str(root),
            "project": stage.project,
            "stage": stage.name,
            "cloud_url": cloud_url,
            "account": stage.account,
            "region": stage.region,
            "config": stage.pulumi_config(),
            "secret_keys": sorted(stage.secret_keys),
        }

    def deploy(self, made: Callable[[Stage], None]) -> Outputs:
        """Deploy, calling `made` for each resource, and give the stack's outputs.

        Raises `LocalError` with what the program or the laptop had to say.
        """
        with cast("IO[str]", self._process.stdin) as job:
            json.dump(self._job, job)
        for line in cast("IO[str]", self._process.stdout):
            answer = cast("dict[str, Any]", json.loads(line))
            if "outputs" in answer:
                return answer["outputs"]
            if "error" in answer:
                raise LocalError(f"{self.stage.name}: {answer['error']} (see {self._log})")
            made(self.stage)
        raise LocalError(f"{self.stage.name}: the deployment ended early (see {self._log})")

    def kill(self) -> None:
        """End the process, if it still runs."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def stage_processes(
    root: Path, stages: Sequence[Stage], cloud_url: str, logs: Path
) -> Generator[list[StageProcess]]:
    """Start a process for each stage; none of them is left at the end."""
    processes: list[StageProcess] = []
    try:
        for stage in stages:
            log = logs / f"deploy-{stage.name}.log"
            processes.append(StageProcess(root, stage, cloud_url, log))
        yield processes
    finally:
        for process in processes:
            process.kill()


def deploy_all(
    processes: Sequence[StageProcess], made: Callable[[Stage], None]
) -> dict[str, Outputs]:
    """Deploy side by side and give each stage's outputs; the first failure ends them all."""
    pool = ThreadPoolExecutor(len(processes))
    try:
        pending = {pool.submit(process.deploy, made): process for process in processes}
        done = {pending[it].stage.name: it.result() for it in as_completed(pending)}
    finally:
        for process in processes:
            process.kill()  # ends a thread that still reads from it
        pool.shutdown()
    return {process.stage.name: done[process.stage.name] for process in processes}
