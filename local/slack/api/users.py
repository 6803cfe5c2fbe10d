"""The methods `users.info` and `usergroups.users.list`.

https://docs.slack.dev/reference/methods/users.info
https://docs.slack.dev/reference/methods/usergroups.users.list
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.slack.api.deliveries import Outcome, Pause, deliver
from local.slack.api.web_api import authenticate, bot_feed, fail
from local.slack.errors import ApiError, Malformed
from local.slack.interactions.clicks import TEAM
from local.slack.payloads.json_body import FORM, JsonObject, read_form
from local.slack.workspace.feeds import Feed
from local.slack.workspace.people import find_group, find_person
from local.slack.workspace.workspace import Workspace

GROUP_SCOPE = "usergroups:read"


def routes(workspace: Workspace, pause: Pause) -> list[Route]:
    """Return the routes; `pause` delays responses."""

    async def info(request: Request) -> Response:
        body = await request.body()
        try:
            authenticate(workspace, request.headers.get("authorization", ""))
            return JSONResponse({"ok": True, "user": _user(_form(request, body))})
        except ApiError as refused:
            return _refusal(refused).response

    async def members(request: Request) -> Response:
        body = await request.body()

        def take() -> Outcome:
            try:
                return Outcome(JSONResponse({"ok": True, "users": _members(feed, request, body)}))
            except ApiError as refused:
                return _refusal(refused, needed=GROUP_SCOPE, provided=_scopes(feed))

        try:
            feed = bot_feed(workspace, request.headers.get("authorization", ""))
        except ApiError as refused:
            return _refusal(refused).response
        return await deliver(feed, "usergroups.users.list", take=take, fail=fail, pause=pause)

    return [
        Route("/api/users.info", info, methods=["POST"]),
        Route("/api/usergroups.users.list", members, methods=["POST"]),
    ]


def _refusal(refused: ApiError, **scopes: str) -> Outcome:
    details = scopes if refused.error == "missing_scope" else {}
    return Outcome(JSONResponse({"ok": False, "error": refused.error, **details}), refused.error)


def _scopes(feed: Feed) -> str:
    return ",".join(sorted(feed.channel.bot_scopes))


def _form(request: Request, body: bytes) -> dict[str, str]:
    """Parse the arguments. The simulator accepts forms only for these methods, not JSON."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ApiError("invalid_post_type")
    try:
        return read_form(body)
    except Malformed:
        raise ApiError("invalid_form_data") from None


def _user(arguments: dict[str, str]) -> JsonObject:
    """Return the part of a person's profile that Signoff uses."""
    person = find_person(arguments.get("user", ""))
    if person is None:
        raise ApiError("user_not_found")
    return {
        "id": person.id,
        "team_id": TEAM["id"],
        "name": person.username,
        "real_name": person.name,
        "profile": {"display_name": "", "real_name": person.name},
    }


def _members(feed: Feed, request: Request, body: bytes) -> list[str]:
    """Return a user group's member ids; needs the scope."""
    arguments = _form(request, body)
    if GROUP_SCOPE not in feed.channel.bot_scopes:
        raise ApiError("missing_scope")
    group = find_group(arguments.get("usergroup", ""))
    if group is None:
        raise ApiError("no_such_subteam")
    return list(group.members)
