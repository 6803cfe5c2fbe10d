"""Run the Slack simulator's server in a thread."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from local import loopback
from local.home import create_private
from local.slack.app import create_app
from local.slack.workspace.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from local.slack.workspace.channels import Channel

LOOK_EVERY = 0.1


@contextmanager
def running_console(
    channels: Sequence[Channel], log: Path, token: str, port: int = 0
) -> Generator[str]:
    """Serve these channels and yield the URL. Requests are logged to `log`."""
    with serving(Workspace(channels, time.time), log, token, port) as url:
        yield url


@contextmanager
def serving(workspace: Workspace, log: Path, token: str, port: int = 0) -> Generator[str]:
    """Serve a workspace and yield the URL. Requests are logged to `log`.

    `token` authorizes actions on its pages. If `port` is taken, a free one is used. The socket
    queues requests until the server is up.
    """
    logger = logging.getLogger("uvicorn")
    create_private(log).close()
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.addFilter(_leave_out_query)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)

    async def pause(seconds: float) -> None:
        """Delay a response without delaying the server's shutdown."""
        end = time.monotonic() + seconds
        while not server.should_exit and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, LOOK_EVERY))

    app = create_app(workspace, token, pause=pause)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    with loopback.listen(port) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://{loopback.HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            logger.removeHandler(handler)
            handler.close()


def _leave_out_query(record: logging.LogRecord) -> bool:
    """Remove query strings, which contain the token and review ids, from the access log."""
    if record.name == "uvicorn.access" and isinstance(record.args, tuple):
        client, method, path, *rest = record.args
        record.args = (client, method, str(path).partition("?")[0], *rest)
    return True
