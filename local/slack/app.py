"""The stand-in as an ASGI application: `create_app` puts its parts together."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from local.slack import api, pages, web_api, webhooks
from local.slack.channels import Channel
from local.slack.deliveries import Pause
from local.slack.errors import ConsoleError
from local.slack.guard import Guard
from local.slack.workspace import Workspace

STATIC = Path(__file__).parent / "static"


def create_app(
    channels: Sequence[Channel],
    *,
    clock: Callable[[], float] = time.time,
    pause: Pause = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Starlette:
    """The application; `transport` carries the clicks, `pause` plays a slow Slack.

    A channel's address and secret may be set later: they are read at each click.
    """
    workspace = Workspace(channels, clock=clock, transport=transport)
    return Starlette(
        routes=[
            *webhooks.routes(workspace, pause),
            *web_api.routes(workspace, pause),
            *api.routes(workspace),
            *pages.routes(workspace),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={ConsoleError: _refuse, HTTPException: _refuse_http},
    )


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, ConsoleError)
    return _error(request, error.status, str(error))


async def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = _error(request, error.status_code, error.detail)
    response.headers.update(error.headers or {})
    return response


def _error(request: Request, status: int, message: str) -> Response:
    """People get a page, programs JSON."""
    if "text/html" in request.headers.get("accept", ""):
        return pages.error_page(status, message)
    return JSONResponse({"error": message}, status)
