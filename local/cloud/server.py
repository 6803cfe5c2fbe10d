"""The embedded cloud's own process: ministack, patched, on a socket that it inherits.

It ends itself and every Lambda that it runs as soon as its parent closes the pipe or dies, so
that no process and no temporary file outlives the laptop, whatever happens to the parent.
Started as a script (`python -I server.py SOCKET`), in a session of its own.
"""

# Ministack comes without types, and keeps its APIs in a private name.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import asyncio
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app as ministack
from ministack.core.responses import set_request_account_id
from ministack.services import apigateway

API = "/_aws/execute-api/"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Let requests reach what they would reach on AWS.

    Ministack looks for things in the caller's account, and whoever follows a link has none: find
    the account by the link. And AWS is reached over TLS, which policies ask for: loopback counts.
    """
    if scope["type"] == "http":
        scope = {**scope, "scheme": "https"}
        if owner := _owner_of_link(scope["path"], scope["query_string"].decode("latin-1")):
            set_request_account_id(owner)  # a signed request sets its own
    await ministack(scope, receive, send)


def _owner_of_link(path: str, query: str) -> str | None:
    """Give the account that an HTTP API or an SNS confirmation link belongs to."""
    if path.startswith(API):
        api_id = path.removeprefix(API).split("/", 1)[0]
        apis = apigateway._apis.all_items()
        return next((account for (account, _, found), _ in apis if found == api_id), None)
    arn = parse_qs(query).get("TopicArn", [""])[0].split(":")
    return arn[4] if len(arn) > 4 else None


def main() -> None:
    """Serve until the parent is gone."""
    sys.path.append(str(Path(__file__).parents[2]))  # a script of an isolated interpreter
    from local.cloud import patches

    patches.apply()
    threading.Thread(target=_follow_parent, daemon=True).start()
    config = Config()
    config.bind = [f"fd://{int(sys.argv[1])}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0
    asyncio.run(serve(app, config))


def _follow_parent() -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
