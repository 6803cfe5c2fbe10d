"""The process that deploying ones are forked from: Python with the provider loaded.

It is started with a socket on which each message asks for one process: a byte, with a connection to
whoever asks and a log as its descriptors. It starts no thread, since a fork would lose it, and ends
when nobody can ask any more.
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
    """Load everything, then fork whenever asked."""
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        while descriptors := socket.recv_fds(requests, 1, 2)[1]:
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                requests.close()
                stage_process.run(*descriptors)
            for descriptor in descriptors:
                os.close(descriptor)


def _load() -> None:
    """Import what programs may use of the provider, and read the models of the clients."""
    for token in KINDS:  # such as aws:lambda/function:Function
        _, path, name = token.split(":")
        service = path.split("/")[0]
        module = importlib.import_module(f"pulumi_aws.{_MODULES.get(service, service)}")
        getattr(module, name)  # modules of the provider load when they are first looked into
    open_account("http://127.0.0.1", Keys("0" * 12, "any"), "eu-central-1")
    gc.freeze()  # so that collecting garbage in a fork copies none of it


_MODULES = {"lambda": "lambda_"}


if __name__ == "__main__":
    main()
