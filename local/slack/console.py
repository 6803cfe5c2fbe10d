"""The Slack simulator as a server in a thread of this process."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from local.home import create_private
from local.slack.app import create_app
from local.slack.workspace.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from local.slack.workspace.channels import Channel

HOST = "127.0.0.1"
LOOK_EVERY = 0.1


@contextmanager
def running_console(channels: Sequence[Channel], log: Path, token: str) -> Generator[str]:
    """Serve these channels on a free port and give the address; `log` gets one line a request."""
    with serving(Workspace(channels, time.time), log, token) as url:
        yield url


@contextmanager
def serving(workspace: Workspace, log: Path, token: str) -> Generator[str]:
    """Serve a workspace on a free port and give the address; `log` gets one line a request.

    `token` lets people act on its pages. The socket takes requests at once and holds them until
    the server is up.
    """
    logger = logging.getLogger("uvicorn")
    create_private(log).close()
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.addFilter(_leave_out_query)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    async def pause(seconds: float) -> None:
        """Hold an answer back, but not the end of the server."""
        end = time.monotonic() + seconds
        while not server.should_exit and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK_EVERY))

    app = create_app(workspace, token, pause=pause)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            logger.removeHandler(handler)
            handler.close()


def _leave_out_query(record: logging.LogRecord) -> bool:
    """Write a request's line without what stands behind the path: the token, ids of reviews."""
    if record.name == "uvicorn.access" and isinstance(record.args, tuple):
        client, method, path, *rest = record.args
        record.args = (client, method, str(path).partition("?")[0], *rest)
    return True
