"""The process that deployments are forked from, with the provider loaded.

Each message on its socket requests a process: one byte, with a connection and a log as descriptors.
It starts no threads, which forks would lose, and ends when the socket is closed.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys

from local.cloud.account import open_account
from local.cloud.keys import Keys
from local.deployment import stage_process
from local.deployment.kinds import KINDS


def main() -> None:
    """Load everything, then fork on request."""
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # reap children automatically
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        while descriptors := socket.recv_fds(requests, 1, 2)[1]:
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                requests.close()
                stage_process.run(*descriptors)
            for descriptor in descriptors:
                os.close(descriptor)


def _load() -> None:
    """Preload the provider's modules and the clients' models."""
    for token in KINDS:  # such as aws:lambda/function:Function
        _, path, name = token.split(":")
        service = path.split("/")[0]
        module = importlib.import_module(f"pulumi_aws.{_MODULES.get(service, service)}")
        getattr(module, name)  # the provider loads modules lazily
    open_account("http://127.0.0.1", Keys("0" * 12, "any"), "eu-central-1")
    gc.freeze()  # keeps memory shared with forks


_MODULES = {"lambda": "lambda_"}


if __name__ == "__main__":
    main()
