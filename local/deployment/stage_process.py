"""Deploys a stage in its own process, since a process can run only one Pulumi program.

The process reads a job from its connection as a line of JSON. It responds with a line of JSON for
each resource, `{"made": NAME}`, and finally `{"outputs": {…}}` or `{"error": "…"}`. It ends when
the connection is closed.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pulumi

from local.cloud.account import open_account
from local.cloud.keys import Keys
from local.deployment.program import Program
from local.deployment.resources import make
from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.deployment.resources import Created


def run(connection: int, log: int) -> NoReturn:
    """Deploy the stage described by the connection and exit; output goes to the log."""
    for output in (sys.stdout, sys.stderr):
        os.dup2(log, output.fileno())
    try:
        with socket.socket(fileno=connection) as parent:
            stream = parent.makefile("rw", encoding="utf-8")
            job = stream.readline()
            threading.Thread(target=_follow, args=(parent,), daemon=True).start()

            def send(message: Mapping[str, object]) -> None:
                stream.write(json.dumps(message) + "\n")
                stream.flush()

            if job:
                _work(json.loads(job), send)
    finally:
        _end()


def _follow(parent: socket.socket) -> None:
    parent.recv(1)
    _end()


def _end() -> NoReturn:
    """Exit without cleaning up resources shared with the parent."""
    sys.stdout.flush()
    os._exit(0)


def _work(job: dict[str, Any], send: Callable[[Mapping[str, object]], None]) -> None:
    try:
        send({"outputs": _deploy(job, send)})
    except (pulumi.RunError, LocalError) as error:
        send({"error": str(error)})
    except Exception as error:  # noqa: BLE001 - reported by the parent, traceback in the log
        traceback.print_exc()
        send({"error": f"{type(error).__name__}: {error}"})


def _deploy(job: dict[str, Any], send: Callable[[Mapping[str, object]], None]) -> dict[str, object]:
    account = open_account(job["cloud_url"], Keys(**job["keys"]), job["region"])
    program = Program(
        root=Path(job["root"]),
        project=job["project"],
        stack=job["stage"],
        config=job["config"],
        secret_keys=frozenset(job["secret_keys"]),
    )

    def make_and_report(token: str, name: str, values: Mapping[str, object]) -> Created:
        created = make(account, token, name, values)
        send({"made": name})
        return created

    return program.run(make_and_report)
