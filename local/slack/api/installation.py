"""The methods `auth.test` and `conversations.info`: a bot's identity, scopes and channel.

https://docs.slack.dev/reference/methods/auth.test
https://docs.slack.dev/reference/methods/conversations.info
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.slack.api.web_api import bot_feed
from local.slack.errors import ApiError, Malformed, NotFound
from local.slack.interactions.clicks import TEAM
from local.slack.payloads.json_body import FORM, JsonObject, read_form
from local.slack.workspace.channels import Channel
from local.slack.workspace.messages import BOT
from local.slack.workspace.workspace import Workspace

SCOPE = "channels:read"


def routes(workspace: Workspace) -> list[Route]:
    """Return the routes."""

    def route(method: str, act: Callable[[Channel, Request, bytes], JsonObject]) -> Route:
        async def call(request: Request) -> Response:
            body = await request.body()
            try:
                own = bot_feed(workspace, request.headers.get("authorization", "")).channel
            except ApiError as refused:
                return JSONResponse({"ok": False, "error": refused.error})
            scopes = ",".join(sorted(own.bot_scopes))
            try:
                body_json = {"ok": True, **act(own, request, body)}
            except ApiError as refused:
                needed = {"needed": SCOPE, "provided": scopes}
                details = needed if refused.error == "missing_scope" else {}
                body_json = {"ok": False, "error": refused.error, **details}
            return JSONResponse(body_json, headers={"X-OAuth-Scopes": scopes})

        return Route(f"/api/{method}", call, methods=["POST"])

    def info(own: Channel, request: Request, body: bytes) -> JsonObject:
        """Describe a channel. This method accepts forms only, not JSON."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise ApiError("invalid_post_type")
        if SCOPE not in own.bot_scopes:
            raise ApiError("missing_scope")
        try:
            found = workspace.feed_with_id(read_form(body).get("channel", "")).channel
        except Malformed:
            raise ApiError("invalid_form_data") from None
        except NotFound:
            raise ApiError("channel_not_found") from None
        return {
            "channel": {
                "id": found.id,
                "name": found.name.removeprefix("#"),
                "is_channel": True,
                "is_private": False,
                "is_archived": found.is_archived,
                "is_member": found is own and own.bot_is_member,
            }
        }

    return [route("auth.test", _identity), route("conversations.info", info)]


def _identity(_own: Channel, request: Request, _body: bytes) -> JsonObject:
    return {
        "url": str(request.base_url),
        "team": TEAM["domain"],
        "team_id": TEAM["id"],
        "user": "signoff",
        "user_id": BOT.user,
        "bot_id": "B0SIGNOFF",
        "is_enterprise_install": False,
    }
