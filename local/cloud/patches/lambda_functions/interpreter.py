"""The interpreter that environments of Python functions are forked from: it has boto3 loaded.

It runs as a script, with a socket on which each message asks for a process: a line of JSON, with
the ends of its pipes as descriptors. It answers with the process's id, or 0 for a function that
wants an interpreter of its own, and ends when nobody can ask any more.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import boto3  # noqa: F401 - functions import it  # pyright: ignore[reportUnusedImport]
from botocore import session

SERVICES = ("dynamodb", "s3", "sns", "ssm", "stepfunctions")
REGION = "eu-central-1"  # any will do
NOBODY = "nobody"


def main() -> None:
    """Load everything, then fork whenever asked; a fork returns when its script ends."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    _load()
    loaded = {name.partition(".")[0] for name in sys.modules}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    while asked := _receive(requests):
        process, pipes = asked
        number = 0 if _wants_its_own(process, loaded) else os.fork() or None
        if number is None:
            requests.close()
            _become(process, pipes)
            return
        requests.sendall(b"%d\n" % number)
        for pipe in pipes:
            os.close(pipe)


def _load() -> None:
    """Import what clients need, and let all sessions share one loader of AWS's service models."""
    session.create_loader = cache(session.create_loader)
    for service in SERVICES:
        session.Session().create_client(
            service, REGION, aws_access_key_id=NOBODY, aws_secret_access_key=NOBODY
        )
    gc.freeze()  # so that collecting garbage in a fork copies none of it


def _receive(requests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    text, pipes, *_ = socket.recv_fds(requests, 65536, 4)
    while text and not text.endswith(b"\n"):
        text += requests.recv(65536)
    return (json.loads(text), pipes) if text else None


def _wants_its_own(process: dict[str, Any], loaded: set[str]) -> bool:
    """Whether this interpreter would run the function otherwise than a fresh one.

    It brings a module that is loaded here, or a setting that Python reads at its start.
    """
    environment: dict[str, str] = process["environment"]
    brought = {path.name.partition(".")[0] for path in Path(process["folder"]).iterdir()}
    return (
        not brought.isdisjoint(loaded)
        or "_LAMBDA_LAYERS_DIRS" in environment
        or any(
            value != os.environ.get(name)
            for name, value in environment.items()
            if name.startswith("PYTHON")
        )
    )


def _become(process: dict[str, Any], pipes: list[int]) -> None:
    """Run the script as its process would; the last of the pipes stays open until it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, pipe in enumerate(pipes[:3]):
        os.dup2(pipe, number)
        os.close(pipe)
    os.environ.clear()
    os.environ.update(process["environment"])
    time.tzset()
    os.chdir(process["folder"])
    script = process["script"]
    sys.argv[:] = [script]
    sys.path[0] = str(Path(script).parent)
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
