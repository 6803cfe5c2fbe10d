"""What other programs post to: the webhooks of a stage, and a click's `response_url`."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.slack import responses
from local.slack.channels import WEBHOOK, WORKFLOW
from local.slack.deliveries import Outcome, Pause, deliver, retry_after
from local.slack.errors import Malformed, NotFound, WebhookError
from local.slack.feeds import Fault, Feed
from local.slack.json_body import read_object, read_payload
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


def routes(workspace: Workspace, pause: Pause) -> list[Route]:
    """The routes, over this workspace; `pause` holds an answer back."""

    async def services(request: Request) -> Response:
        body = await request.body()

        def show(feed: Feed) -> Response:
            feed.post(
                read_draft(read_payload(body, _content_type(request)), new_id), author=WEBHOOK
            )
            return PlainTextResponse("ok")

        return await hand_over(request, "webhook", show)

    async def workflows(request: Request) -> Response:
        body = await request.body()

        def show(feed: Feed) -> Response:
            # SNS calls its JSON text/plain.
            feed.post(compose(read_variables(read_object(body))), author=WORKFLOW)
            return JSONResponse({"ok": True})

        return await hand_over(request, "workflow", show)

    async def hand_over(
        request: Request, method: str, show: Callable[[Feed], Response]
    ) -> Response:
        feed = workspace.feeds.get(request.path_params["stage"])
        if feed is None:
            return PlainTextResponse("no_service", 404)
        return await deliver(
            feed, method, take=lambda: _in_slacks_words(lambda: show(feed)), fail=_fail, pause=pause
        )

    async def answers(request: Request) -> Response:
        body = await request.body()

        def answer() -> Response:
            grant = workspace.responses.find(request.path_params["id"])
            payload = read_payload(body, _content_type(request))
            if responses.removes_original(payload):
                responses.delete(grant)
            else:
                responses.answer(grant, payload, read_draft(payload, new_id))
            return PlainTextResponse("ok")

        return _in_slacks_words(answer).response

    return [
        Route("/services/{stage}", services, methods=["POST"]),
        Route("/workflows/{stage}", workflows, methods=["POST"]),
        Route("/responses/{id}", answers, methods=["POST"]),
    ]


def responses_address(request: Request) -> str:
    """Where the `response_url`s stand, as the sender of this request reaches the stand-in."""
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}/responses"


def _in_slacks_words(take: Callable[[], Response]) -> Outcome:
    """Answer whatever is wrong with a delivery as Slack does: a status and one word."""
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
