"""The interpreter that environments of Python functions are forked from, with boto3 loaded.

It runs as a script with a socket. Each request is a line of JSON with the process's pipes as
descriptors. The response is the process id, or 0 if the function needs its own interpreter. It ends
when the socket is closed.
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

import boto3  # noqa: F401 - preload for functions  # pyright: ignore[reportUnusedImport]
from botocore import session

SERVICES = ("dynamodb", "s3", "sns", "ssm", "stepfunctions")
REGION = "eu-central-1"  # any region
PLACEHOLDER = "placeholder"


def main() -> None:
    """Load everything, then fork on request. A fork returns when its script ends."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    _load()
    loaded = {name.partition(".")[0] for name in sys.modules}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # reap children automatically
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
    """Preload clients, and share one loader of service models among all sessions."""
    session.create_loader = cache(session.create_loader)
    for service in SERVICES:
        session.Session().create_client(
            service, REGION, aws_access_key_id=PLACEHOLDER, aws_secret_access_key=PLACEHOLDER
        )
    gc.freeze()  # keeps memory shared with forks


def _receive(requests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    text, pipes, *_ = socket.recv_fds(requests, 65536, 4)
    while text and not text.endswith(b"\n"):
        text += requests.recv(65536)
    return (json.loads(text), pipes) if text else None


def _wants_its_own(process: dict[str, Any], loaded: set[str]) -> bool:
    """Whether the function needs a fresh interpreter.

    That is, if it has its own version of a loaded module, or settings that Python reads on startup.
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
    """Run the script in this process; the last pipe stays open until it ends."""
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
