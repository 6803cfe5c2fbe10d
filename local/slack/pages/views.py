"""The web pages: the list of channels and a channel."""

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from local.slack.errors import NotFound, NotInteractive
from local.slack.interactions.interactivity import Interactivity
from local.slack.interactions.response_urls import responses_address
from local.slack.interactions.slash_commands import SlashCommands, post_failure
from local.slack.pages.dates import format_date
from local.slack.pages.mrkdwn import mrkdwn, plain
from local.slack.pages.sign_in import SignIn
from local.slack.pages.threads import arrange
from local.slack.payloads.blocks import Block, buttons, inputs
from local.slack.payloads.elements import Element
from local.slack.payloads.json_body import read_form
from local.slack.workspace.feeds import Feed
from local.slack.workspace.messages import Filled, Message
from local.slack.workspace.people import PEOPLE, Person, find_person
from local.slack.workspace.workspace import Workspace

HERE = Path(__file__).parent


def field_name(block: Block, element: Element) -> str:
    """Name of the form field for a block's element."""
    return f"{block['block_id']} {element['action_id']}"


templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
cast("dict[str, object]", templates.globals).update(
    mrkdwn=mrkdwn, plain=plain, format_date=format_date, field_name=field_name, people=PEOPLE
)


def routes(
    workspace: Workspace,
    interactivity: Interactivity,
    commands: SlashCommands,
    sign_in: SignIn,
) -> list[BaseRoute]:
    """Return the routes. Reading is open to all; actions need the token."""

    def page(template: str, viewer: Person, **values: object) -> Response:
        now = datetime.fromtimestamp(workspace.clock(), UTC)
        feeds = list(workspace.feeds.values())
        html = templates.get_template(template).render(
            feeds=feeds, viewer=viewer, now=now, **values
        )
        return HTMLResponse(html)

    async def home(request: Request) -> Response:
        if redirect := sign_in.accept(request):
            return redirect
        return page("home.html", _viewer(request.query_params.get("as")), current=None)

    async def channel(request: Request) -> Response:
        if redirect := sign_in.accept(request):
            return redirect
        feed = workspace.feed(request.path_params["stage"])
        viewer = _viewer(request.query_params.get("as"))
        feed.mark_read(viewer.id)
        entries = [(_moment(entry.message), entry) for entry in arrange(feed.seen_by(viewer.id))]
        return page("channel.html", viewer, current=feed, entries=entries)

    async def click(request: Request) -> Response:
        sign_in.require(request)
        feed = workspace.feed(request.path_params["stage"])
        message = feed.find(request.path_params["ts"])
        form = read_form(await request.body())
        viewer = _viewer(form.get("as"))
        filled = message.typed[viewer.id] = _filled(message, form)
        earlier = feed.private_note(message, viewer.id)
        try:
            response = await interactivity.press(
                feed,
                message,
                _pressed(message, form.get("button", "")),
                person=viewer,
                filled=filled,
                responses_at=responses_address(request),
            )
            notice = (
                None if response.status < 400 else f"The click failed: status {response.status}."
            )
        except NotInteractive as error:
            notice = str(error)
        if message in feed.messages():
            feed.note(message.ts, notice)
        note = feed.private_note(message, viewer.id)
        return _back(feed, viewer, note if note and note is not earlier else message)

    async def command(request: Request) -> Response:
        sign_in.require(request)
        feed = workspace.feed(request.path_params["stage"])
        form = read_form(await request.body())
        viewer = _viewer(form.get("as"))
        text = form.get("text", "").strip()
        try:
            shown = (await commands.run(feed, text, viewer, responses_address(request))).shown
        except NotInteractive as error:
            shown = post_failure(feed, viewer, str(error))
        return _back(feed, viewer, shown)

    async def archives(request: Request) -> Response:
        feed = workspace.feed_with_id(request.path_params["channel_id"])
        message = request.path_params.get("message", "").removeprefix("p")
        anchor = f"#m{message[:-6]}.{message[-6:]}" if message else ""
        return RedirectResponse(f"/channels/{feed.channel.stage}{anchor}")

    return [
        Route("/", home),
        Route("/archives/{channel_id}", archives),
        Route("/archives/{channel_id}/{message:str}", archives),
        Route("/channels/{stage}", channel),
        Route("/channels/{stage}/messages/{ts}/click", click, methods=["POST"]),
        Route("/channels/{stage}/command", command, methods=["POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
    ]


def is_page(scope: Scope) -> bool:
    """Whether this is a page, to which other sites may link."""
    return scope["path"] == "/" or scope["path"].startswith(("/channels/", "/archives/"))


def error_page(status: int, message: str) -> Response:
    """Return an error page."""
    heading = HTTPStatus(status).phrase.capitalize()
    html = templates.get_template("error.html").render(heading=heading, message=message)
    return HTMLResponse(html, status)


def _back(feed: Feed, viewer: Person, to: Message | None) -> Response:
    """Redirect to the channel, at a message if given."""
    here = f"/channels/{feed.channel.stage}?{urlencode({'as': viewer.id})}"
    return RedirectResponse(f"{here}#m{to.ts}" if to else here, 303)


def _viewer(user_id: str | None) -> Person:
    return find_person(user_id or "") or PEOPLE[0]


def _moment(message: Message) -> datetime:
    return datetime.fromtimestamp(float(message.ts), UTC)


def _pressed(message: Message, name: str) -> tuple[Block, Element]:
    for block, button in buttons(message.draft.all_blocks()):
        if field_name(block, button) == name:
            return block, button
    raise NotFound("This message has changed and no longer has this button. Reload the channel.")


def _filled(message: Message, form: dict[str, str]) -> Filled:
    return {
        (block["block_id"], element["action_id"]): form[name]
        for block, element in inputs(message.draft.all_blocks())
        if (name := field_name(block, element)) in form
    }
