"""Slack's Web API for posting and updating messages.

https://docs.slack.dev/apis/web-api

Stricter than Slack, to catch mistakes: arguments must be JSON, and unknown ones are rejected.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.slack.api.chat import post_message, update
from local.slack.api.deliveries import Outcome, Pause, deliver, retry_after
from local.slack.errors import ApiError, Malformed, NotAnObject, NotFound
from local.slack.payloads.drafts import MAX_TEXT
from local.slack.payloads.json_body import JsonObject, read_object
from local.slack.workspace.feeds import Fault, Feed
from local.slack.workspace.workspace import Workspace

BOOLEANS = frozenset({"mrkdwn", "unfurl_links", "unfurl_media", "reply_broadcast"})
STRINGS = frozenset({"channel", "ts", "text"})
CONTENT = frozenset({"text", "mrkdwn", "blocks", "attachments", "unfurl_links", "unfurl_media"})


@dataclass(frozen=True, kw_only=True)
class Method:
    """A Web API method, its arguments and its action."""

    name: str
    required: tuple[str, ...]
    optional: frozenset[str]
    act: Callable[[Feed, JsonObject], JsonObject]


def routes(workspace: Workspace, pause: Pause) -> list[Route]:
    """Return the routes; `pause` delays responses."""

    def route(method: Method) -> Route:
        async def call(request: Request) -> Response:
            body = await request.body()

            def take() -> Outcome:
                return _slack_response(workspace, method, request.headers, body)

            feed = _addressed(workspace, body)
            if feed is None:
                return take().response
            return await deliver(feed, method.name, take=take, fail=fail, pause=pause)

        return Route(f"/api/{method.name}", call, methods=["POST"])

    return [route(method) for method in METHODS]


def _addressed(workspace: Workspace, body: bytes) -> Feed | None:
    """Find the addressed channel, even if the call is rejected."""
    try:
        return workspace.feed_with_id(read_object(body).get("channel"))
    except (Malformed, NotFound):
        return None


def _slack_response(workspace: Workspace, method: Method, headers: Headers, body: bytes) -> Outcome:
    """Handle a call; errors have status 200, as in Slack."""
    warnings: list[str] = []
    try:
        _check_content_type(headers.get("content-type", ""), warnings)
        token = authenticate(workspace, headers.get("authorization", ""))
        arguments = _arguments(method, body)
        feed = _feed(workspace, token, arguments["channel"])
        done = method.act(feed, arguments)
    except ApiError as refused:
        metadata = {"messages": list(refused.messages)} if refused.messages else {}
        return _outcome({"ok": False, "error": refused.error}, metadata, warnings)
    if len(arguments.get("text", "")) > MAX_TEXT:
        warnings.append("message_truncated")
    return _outcome({"ok": True, "channel": feed.channel.id, **done}, {}, warnings)


def _outcome(answer: JsonObject, metadata: JsonObject, warnings: list[str]) -> Outcome:
    if warnings:
        answer["warning"] = ",".join(warnings)
        metadata = {**metadata, "warnings": warnings}
    if metadata:
        answer["response_metadata"] = metadata
    return Outcome(JSONResponse(answer), answer.get("error"))


def _check_content_type(content_type: str, warnings: list[str]) -> None:
    kind, _, parameters = content_type.lower().partition(";")
    if not kind.strip():
        raise ApiError("missing_post_type")
    if kind.strip() != "application/json":
        raise ApiError("invalid_post_type")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in ("", "utf-8"):
        raise ApiError("invalid_charset")
    if not charset:
        warnings.append("missing_charset")


def authenticate(workspace: Workspace, authorization: str) -> bytes:
    """Return the token if it belongs to a bot of the workspace. Raises `ApiError`."""
    return _authenticated(workspace, authorization)[0]


def bot_feed(workspace: Workspace, authorization: str) -> Feed:
    """Return the feed of the bot's channel. Raises `ApiError`."""
    return _authenticated(workspace, authorization)[1]


def _authenticated(workspace: Workspace, authorization: str) -> tuple[bytes, Feed]:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiError("not_authed")
    token_bytes = token.strip().encode()
    for feed in workspace.feeds.values():
        if _is_of(feed, token_bytes):
            return token_bytes, feed
    raise ApiError("invalid_auth")


def _feed(workspace: Workspace, token: bytes, channel_id: str) -> Feed:
    """Return the channel's feed if the token's bot is a member."""
    try:
        feed = workspace.feed_with_id(channel_id)
    except NotFound:
        raise ApiError("channel_not_found") from None
    if not _is_of(feed, token):
        raise ApiError("channel_not_found")
    if feed.channel.is_archived:
        raise ApiError("is_archived")
    if not feed.channel.bot_is_member:
        raise ApiError("not_in_channel")
    return feed


def _is_of(feed: Feed, token: bytes) -> bool:
    own = feed.channel.bot_token
    return bool(own) and hmac.compare_digest(str(own).encode(), token)


def _arguments(method: Method, body: bytes) -> JsonObject:
    try:
        body_json = read_object(body)
    except NotAnObject:
        raise ApiError("json_not_object") from None
    except Malformed:
        raise ApiError("invalid_json") from None
    arguments = {name: value for name, value in body_json.items() if value is not None}
    missing = [name for name in method.required if name not in arguments]
    if missing:
        wrong = [f"[ERROR] missing required field: {name}" for name in missing]
        raise ApiError("invalid_arguments", *wrong)
    known = {*method.required, *method.optional}
    wrong = [problem for name in arguments if (problem := _problem(name, arguments[name], known))]
    if wrong:
        raise ApiError("invalid_arguments", *wrong)
    return arguments


def _problem(name: str, value: object, known: set[str]) -> str | None:
    if name not in known:
        return f"[ERROR] unknown argument: {name}"
    if name in STRINGS and not isinstance(value, str):
        return f"[ERROR] must be a string [json-pointer:/{name}]"
    if name in BOOLEANS and not isinstance(value, bool):
        return f"[ERROR] must be a boolean [json-pointer:/{name}]"
    return None


def fail(fault: Fault) -> Outcome:
    """Return Slack's response to a fault or rate limit."""
    headers = retry_after(fault)
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        body = {"ok": False, "error": "ratelimited"}
        return Outcome(JSONResponse(body, fault.status, headers), "ratelimited")
    status = HTTPStatus(fault.status)
    return Outcome(PlainTextResponse(status.phrase, status, headers), status.name.lower())


METHODS = (
    Method(
        name="chat.postMessage",
        required=("channel",),
        optional=CONTENT | {"thread_ts", "reply_broadcast"},
        act=post_message,
    ),
    Method(name="chat.update", required=("channel", "ts"), optional=CONTENT, act=update),
)
