"""What a bot may ask about people.

https://docs.slack.dev/reference/methods/users.info
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.slack.api.web_api import authenticate
from local.slack.errors import ApiError, Malformed
from local.slack.interactions.clicks import TEAM
from local.slack.payloads.json_body import FORM, JsonObject, read_form
from local.slack.workspace.people import find_person
from local.slack.workspace.workspace import Workspace


def routes(workspace: Workspace) -> list[Route]:
    """The route, over this workspace."""

    async def info(request: Request) -> Response:
        try:
            return JSONResponse(
                {"ok": True, "user": _user(workspace, request, await request.body())}
            )
        except ApiError as refused:
            return JSONResponse({"ok": False, "error": refused.error})

    return [Route("/api/users.info", info, methods=["POST"])]


def _user(workspace: Workspace, request: Request, body: bytes) -> JsonObject:
    """Somebody's profile, as far as it matters here. This method takes forms, and no JSON."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ApiError("invalid_post_type")
    authenticate(workspace, request.headers.get("authorization", ""))
    try:
        person = find_person(read_form(body).get("user", ""))
    except Malformed:
        raise ApiError("invalid_form_data") from None
    if person is None:
        raise ApiError("user_not_found")
    return {
        "id": person.id,
        "team_id": TEAM["id"],
        "name": person.username,
        "real_name": person.name,
        "profile": {"display_name": "", "real_name": person.name},
    }
