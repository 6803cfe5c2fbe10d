"""Incoming webhooks, workflow webhooks and `response_url`s."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.slack.api.deliveries import Outcome, Pause, deliver, retry_after
from local.slack.api.workflow import compose, read_variables
from local.slack.errors import Malformed, NotFound, WebhookError
from local.slack.interactions import response_urls
from local.slack.interactions.response_urls import ResponseUrls
from local.slack.payloads.drafts import read_draft
from local.slack.payloads.json_body import read_object, read_payload
from local.slack.workspace.feeds import Fault, Feed
from local.slack.workspace.messages import WEBHOOK, WORKFLOW
from local.slack.workspace.workspace import Workspace

FAULT_CODES = {
    400: "invalid_payload",
    403: "action_prohibited",
    404: "no_service",
    410: "channel_is_archived",
    429: "rate_limited",
    500: "rollup_error",
}


def routes(workspace: Workspace, granted: ResponseUrls, pause: Pause) -> list[Route]:
    """Return the routes; `pause` delays responses.

    `granted` are the `response_url`s of clicks and commands.
    """

    async def services(request: Request) -> Response:
        body = await request.body()

        def show(feed: Feed) -> Response:
            draft = read_draft(read_payload(body, _content_type(request)))
            if feed.channel.is_archived:
                raise WebhookError(410, "channel_is_archived")
            feed.post(draft, author=WEBHOOK)
            return PlainTextResponse("ok")

        return await deliver_to(request, "webhook", show)

    async def workflows(request: Request) -> Response:
        body = await request.body()

        def show(feed: Feed) -> Response:
            # SNS sends JSON as text/plain.
            feed.post(compose(read_variables(read_object(body))), author=WORKFLOW)
            return JSONResponse({"ok": True})

        return await deliver_to(request, "workflow", show)

    async def deliver_to(
        request: Request, method: str, show: Callable[[Feed], Response]
    ) -> Response:
        feed = workspace.feeds.get(request.path_params["stage"])
        if feed is None:
            return PlainTextResponse("no_service", 404)
        return await deliver(
            feed, method, take=lambda: _slack_response(lambda: show(feed)), fail=_fail, pause=pause
        )

    async def responses(request: Request) -> Response:
        body = await request.body()

        def respond() -> Response:
            grant = granted.find(request.path_params["id"])
            payload = read_payload(body, _content_type(request))
            if response_urls.removes_original(payload):
                response_urls.delete(grant)
            else:
                response_urls.respond(grant, payload, read_draft(payload))
            return PlainTextResponse("ok")

        return _slack_response(respond).response

    return [
        Route("/services/{stage}", services, methods=["POST"]),
        Route("/workflows/{stage}", workflows, methods=["POST"]),
        Route("/responses/{id}", responses, methods=["POST"]),
    ]


def _slack_response(take: Callable[[], Response]) -> Outcome:
    """Map errors to Slack's responses: a status and an error code."""
    try:
        return Outcome(take())
    except WebhookError as error:
        return _refusal(error.status, error.code)
    except Malformed:
        return _refusal(400, "invalid_payload")
    except NotFound:
        return _refusal(404, "no_service")


def _fail(fault: Fault) -> Outcome:
    code = FAULT_CODES.get(fault.status) or HTTPStatus(fault.status).name.lower()
    return _refusal(fault.status, code, retry_after(fault))


def _refusal(status: int, code: str, headers: dict[str, str] | None = None) -> Outcome:
    return Outcome(PlainTextResponse(code, status, headers), code)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "")
