"""The Slack simulator's JSON API: read a channel, press a button, send a command, inject faults.

`settings` changes what people can change about a channel in Slack.
"""

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.slack.errors import Invalid, Unacceptable
from local.slack.interactions.clicks import filled_in, find_button
from local.slack.interactions.interactivity import Interactivity
from local.slack.interactions.response_urls import responses_address
from local.slack.interactions.slash_commands import SlashCommands
from local.slack.payloads.json_body import JsonObject, read_object
from local.slack.payloads.schema import Check, boolean, integer, items, number, record, string
from local.slack.workspace.feeds import Fault
from local.slack.workspace.people import Person
from local.slack.workspace.workspace import Workspace


def _fault_status(value: Any, pointer: str) -> None:
    integer(200, 599)(value, pointer)
    if value not in {status.value for status in HTTPStatus if status == 200 or status >= 400}:
        raise Invalid(pointer, "must be 200 or an HTTP error status")


NAME = string(255, at_least=1)
TYPED = string(100_000)


def _answers(value: Any, pointer: str) -> None:
    """Field values by action id."""
    if not isinstance(value, dict):
        raise Invalid(pointer, "must be an object")
    for name, answer in value.items():  # pyright: ignore[reportUnknownVariableType]
        TYPED(answer, f"{pointer}/{name}")


CLICK = record(
    {"action_id": NAME, "user_id": NAME, "user_name": NAME}, {"reason": TYPED, "answers": _answers}
)
COMMAND = record({"text": TYPED, "user_id": NAME, "user_name": NAME}, {})
FAULTS = record(
    {"status": _fault_status, "times": integer(0, 1000)},
    {"retry_after": integer(0, 86_400), "seconds": number(0, 60)},
)

SETTINGS = record(
    {},
    {
        "bot_is_member": boolean,
        "bot_scopes": items(NAME, 100),
        "is_archived": boolean,
    },
)


def _faults(value: Any, pointer: str) -> None:
    """Check a fault; one with status 200 must be a delay."""
    FAULTS(value, pointer)
    if value["status"] == HTTPStatus.OK and "seconds" not in value:
        raise Invalid(pointer, "status 200 must come with seconds")


def routes(
    workspace: Workspace, interactivity: Interactivity, commands: SlashCommands
) -> list[Route]:
    """Return the routes."""

    async def messages(request: Request) -> Response:
        feed = workspace.feed(request.path_params["stage"])
        return JSONResponse([message.as_json() for message in feed.messages()])

    async def click(request: Request) -> Response:
        feed = workspace.feed(request.path_params["stage"])
        message = feed.find(request.path_params["ts"])
        payload = await _body(request, CLICK)
        response = await interactivity.press(
            feed,
            message,
            find_button(message, payload["action_id"]),
            person=_person(payload),
            filled=filled_in(message, payload.get("reason"), payload.get("answers", {})),
            responses_at=responses_address(request),
        )
        return JSONResponse({"status": response.status, "body": response.body})

    async def command(request: Request) -> Response:
        feed = workspace.feed(request.path_params["stage"])
        payload = await _body(request, COMMAND)
        result = await commands.run(
            feed, payload["text"], _person(payload), responses_address(request)
        )
        return JSONResponse({"status": result.response.status, "body": result.response.body})

    async def faults(request: Request) -> Response:
        feed = workspace.feed(request.path_params["stage"])
        payload = await _body(request, _faults)
        fault = Fault(
            status=payload["status"],
            retry_after=payload.get("retry_after"),
            seconds=payload.get("seconds", 0),
        )
        feed.fail_next(fault, payload["times"])
        return JSONResponse(payload)

    async def settings(request: Request) -> Response:
        channel = workspace.feed(request.path_params["stage"]).channel
        payload = await _body(request, SETTINGS)
        channel.bot_is_member = payload.get("bot_is_member", channel.bot_is_member)
        channel.bot_scopes = frozenset(payload.get("bot_scopes", channel.bot_scopes))
        channel.is_archived = payload.get("is_archived", channel.is_archived)
        return JSONResponse(payload)

    async def deliveries(request: Request) -> Response:
        feed = workspace.feed(request.path_params["stage"])
        return JSONResponse([delivery.as_json() for delivery in feed.deliveries])

    channel = "/api/channels/{stage}"
    return [
        Route(f"{channel}/messages", messages),
        Route(f"{channel}/messages/{{ts}}/click", click, methods=["POST"]),
        Route(f"{channel}/command", command, methods=["POST"]),
        Route(f"{channel}/faults", faults, methods=["POST"]),
        Route(f"{channel}/settings", settings, methods=["POST"]),
        Route(f"{channel}/deliveries", deliveries),
    ]


def _person(payload: JsonObject) -> Person:
    name = payload["user_name"]
    return Person(id=payload["user_id"], username=name, name=name)


async def _body(request: Request, check: Check) -> JsonObject:
    body = read_object(await request.body())
    try:
        check(body, "")
    except Invalid as error:
        raise Unacceptable(str(error)) from error
    return body
