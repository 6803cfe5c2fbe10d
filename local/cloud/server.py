"""The embedded cloud's own process: ministack, patched, on a socket that it inherits.

It ends itself and every Lambda that it runs as soon as its parent closes the pipe or dies, so
that no process and no temporary file outlives the laptop, whatever happens to the parent.
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
from ministack.core.responses import set_request_account_id

sys.path.append(str(Path(__file__).parents[2]))  # a script of an isolated interpreter

from local.cloud import links, patches
from local.guard import Guard, refuse


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """Let requests reach what they would reach on AWS.

    Ministack looks for things in the caller's account, and whoever follows a link has none: find
    the account by the link. And AWS is reached over TLS, which policies ask for: loopback counts.
    """
    if scope["type"] == "http":
        if not links.is_open(scope):
            await refuse(send, "there is no such link, and everything else wants a signature")
            return
        scope = {**scope, "scheme": "https"}
        if owner := links.owner(scope):
            set_request_account_id(owner)  # a signed request sets its own
    await ministack(scope, receive, send)


app = Guard(answer, is_link=links.is_link, is_form=links.leads_to_api)


def main() -> None:
    """Serve until the parent is gone."""
    patches.apply()
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
