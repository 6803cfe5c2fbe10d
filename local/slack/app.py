"""The Slack simulator as an ASGI application."""

import asyncio

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.guard import Guard
from local.slack import console_api
from local.slack.api import installation, users, web_api, webhooks
from local.slack.api.deliveries import Pause
from local.slack.errors import ConsoleError
from local.slack.interactions import request_url
from local.slack.interactions.interactivity import Interactivity
from local.slack.interactions.request_url import Post
from local.slack.interactions.response_urls import ResponseUrls
from local.slack.interactions.slash_commands import SlashCommands
from local.slack.pages import views
from local.slack.pages.headers import SafeHeaders
from local.slack.pages.sign_in import SignIn
from local.slack.workspace.workspace import Workspace


def create_app(
    workspace: Workspace,
    token: str,
    *,
    pause: Pause = asyncio.sleep,
    post: Post = request_url.post,
) -> Starlette:
    """Build the application.

    `token` authorizes actions on the pages, `post` sends clicks and commands to the decision API,
    and `pause` delays responses. Channels may be added, removed and changed while it runs.
    """
    response_urls = ResponseUrls(workspace.clock)
    interactivity = Interactivity(workspace.clock, post, response_urls)
    commands = SlashCommands(interactivity, response_urls, workspace.clock)
    return Starlette(
        routes=[
            *webhooks.routes(workspace, response_urls, pause),
            *web_api.routes(workspace, pause),
            *users.routes(workspace, pause),
            *installation.routes(workspace),
            *console_api.routes(workspace, interactivity, commands),
            *views.routes(workspace, interactivity, commands, SignIn(token)),
        ],
        middleware=[Middleware(SafeHeaders), Middleware(Guard, is_link=views.is_page)],
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
    """Return a page to browsers and JSON to programs."""
    if "text/html" in request.headers.get("accept", ""):
        return views.error_page(status, message)
    return JSONResponse({"error": message}, status)
