"""The Slack stand-in as a server in a thread of this process."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from local.slack.app import create_app
from local.slack.workspace.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from local.slack.workspace.channels import Channel

HOST = "127.0.0.1"
LOOK_EVERY = 0.1


@contextmanager
def running_console(channels: Sequence[Channel], log: Path) -> Generator[str]:
    """Serve these channels on a free port and give the address; `log` gets one line a request."""
    with serving(Workspace(channels, time.time), log) as url:
        yield url


@contextmanager
def serving(workspace: Workspace, log: Path) -> Generator[str]:
    """Serve a workspace on a free port and give the address; `log` gets one line a request.

    The socket takes requests at once and holds them until the server is up.
    """
    logger = logging.getLogger("uvicorn")
    handler = logging.FileHandler(log, "w", encoding="utf-8")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    async def pause(seconds: float) -> None:
        """Hold an answer back, but not the end of the server."""
        end = time.monotonic() + seconds
        while not server.should_exit and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK_EVERY))

    app = create_app(workspace, pause=pause)
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
