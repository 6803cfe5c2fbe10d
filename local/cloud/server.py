"""The embedded cloud's process: patched ministack on an inherited socket.

It stops itself and all Lambda functions when its parent closes the pipe or dies, so no process or
temporary file outlives the local stack. It runs as a script (`python -I server.py SOCKET`) in its
own session.
"""

# Ministack has no type annotations.
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

sys.path.append(str(Path(__file__).parents[2]))  # isolated mode omits it

from local.cloud import links, patches
from local.cloud.authentication import Authentication
from local.cloud.signatures import Signatures
from local.guard import Guard


def main() -> None:
    """Serve until the parent exits. The first line of standard input is this run's secret.

    Arguments would be visible to other users, and functions would inherit variables.
    """
    signatures = Signatures(sys.stdin.buffer.readline().decode().strip())
    authentication = Authentication(cast("Any", ministack), signatures)
    app = Guard(authentication, is_link=links.is_link, is_form=links.leads_to_api)
    patches.apply()
    s3.resolve_credential = signatures.resolve  # S3 verifies presigned URLs again
    logging.getLogger("sns").setLevel(logging.WARNING)  # it logs messages, including links
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
