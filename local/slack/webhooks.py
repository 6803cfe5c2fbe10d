"""What other programs post to: the webhooks of a stage, and a click's `response_url`."""

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.slack import responses
from local.slack.channels import Fault
from local.slack.errors import Malformed, NotFound, WebhookError
from local.slack.json_body import JsonObject, read_object, read_payload
from local.slack.messages import read_draft
from local.slack.workflow import compose, read_variables
from local.slack.workspace import Workspace, new_id

FAULT_CODES = {
    400: "invalid_payload",
    403: "action_prohibited",
    404: "no_service",
    410: "channel_is_archived",
    429: "rate_limited",
    500: "rollup_error",
}

Handler = Callable[[Request], Awaitable[Response]]


def routes(workspace: Workspace) -> list[Route]:
    """The routes, over this workspace."""

    async def services(request: Request) -> Response:
        feed = workspace.feed(request.path_params["stage"])
        if fault := feed.next_fault():
            return _failed(fault)
        draft = read_draft(await _payload(request), new_id)
        feed.post(draft, username="Signoff")
        return PlainTextResponse("ok")

    async def workflows(request: Request) -> Response:
        feed = workspace.feed(request.path_params["stage"])
        if fault := feed.next_fault():
            return _failed(fault)
        # SNS calls its JSON text/plain.
        draft = compose(read_variables(read_object(await request.body())))
        feed.post(draft, username="Signoff workflow")
        return JSONResponse({"ok": True})

    async def answers(request: Request) -> Response:
        grant = workspace.responses.find(request.path_params["id"])
        payload = await _payload(request)
        if responses.removes_original(payload):
            responses.delete(grant)
        else:
            responses.answer(grant, payload, read_draft(payload, new_id))
        return PlainTextResponse("ok")

    return [
        Route("/services/{stage}", _in_slacks_words(services), methods=["POST"]),
        Route("/workflows/{stage}", _in_slacks_words(workflows), methods=["POST"]),
        Route("/responses/{id}", _in_slacks_words(answers), methods=["POST"]),
    ]


def responses_address(request: Request) -> str:
    """Where the `response_url`s stand, as the sender of this request reaches the stand-in."""
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}/responses"


def _in_slacks_words(handler: Handler) -> Handler:
    """Answer whatever is wrong with a delivery as Slack does: a status and one word."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except WebhookError as error:
            return PlainTextResponse(error.code, error.status)
        except Malformed:
            return PlainTextResponse("invalid_payload", 400)
        except NotFound:
            return PlainTextResponse("no_service", 404)

    return answer


def _failed(fault: Fault) -> Response:
    code = FAULT_CODES.get(fault.status) or HTTPStatus(fault.status).name.lower()
    waits = fault.retry_after if fault.retry_after is not None else 1
    headers = {"Retry-After": str(waits)} if _tells_when(fault) else None
    return PlainTextResponse(code, fault.status, headers)


def _tells_when(fault: Fault) -> bool:
    return fault.status == HTTPStatus.TOO_MANY_REQUESTS or fault.retry_after is not None


async def _payload(request: Request) -> JsonObject:
    return read_payload(await request.body(), request.headers.get("content-type", ""))
