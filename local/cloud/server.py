"""The embedded cloud's own process: ministack, patched, on a socket that it inherits.

It ends itself and every Lambda that it runs as soon as its parent closes the pipe or dies, so
that no process and no temporary file outlives the local stack, whatever happens to the parent.
Started as a script (`python -I server.py SOCKET`), in a session of its own.
"""

# Ministack comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

import asyncio
import logging
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app as ministack
from ministack.services import s3

sys.path.append(str(Path(__file__).parents[2]))  # a script of an isolated interpreter

from local.cloud import links, patches
from local.cloud.gate import Gate
from local.cloud.signatures import Signatures
from local.guard import Guard


def main() -> None:
    """Serve until the parent is gone, whose first line is the secret of this run.

    It comes in no argument and no variable: other people see those, and functions inherit these.
    """
    signatures = Signatures(sys.stdin.buffer.readline().decode().strip())
    gate = Gate(cast("Any", ministack), signatures)
    app = Guard(gate, is_link=links.is_link, is_form=links.leads_to_api)
    patches.apply()
    s3.resolve_credential = signatures.resolve  # it looks at links once more
    logging.getLogger("sns").setLevel(logging.WARNING)  # it writes messages, links and all
    threading.Thread(target=_follow_parent, daemon=True).start()
    config = Config()
    config.bind = [f"fd://{int(sys.argv[1])}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0
    asyncio.run(serve(cast("Any", app), config))


def _follow_parent() -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
