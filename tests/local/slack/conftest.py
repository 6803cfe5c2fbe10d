from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin

import pytest
import requests

from local.slack import Channel, Workspace
from local.slack.app import create_app
from local.slack.interactions.request_url import AppResponse
from tests.local.slack.asgi import AsgiAdapter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-1111-2222-abcDEF"
CHANNEL = "C012ABCDEF"
PASS = "lets-people-act"
METHODS = ["chat.postMessage", "chat.update"]
ADDRESS = "http://127.0.0.1:8065"
START = 1_795_356_000.0  # 2026-11-22 14:00 UTC


@dataclass
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Posted:
    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass
class DecisionApi:
    """Receives the clicks that the Slack simulator sends."""

    requests: list[Posted] = field(default_factory=list[Posted])
    answer: Callable[[], AppResponse] = lambda: AppResponse(status=200, body="taken")

    def take(self, url: str, body: bytes, headers: Mapping[str, str]) -> AppResponse:
        self.requests.append(Posted(url, body, headers))
        return self.answer()

    @property
    def payloads(self) -> list[Json]:
        return [json.loads(parse_qs(it.body.decode())["payload"][0]) for it in self.requests]


@dataclass
class Console:
    """The Slack simulator, called without a network."""

    channels: list[Channel]
    clock: Clock
    decision_api: DecisionApi
    pauses: list[float] = field(default_factory=list[float])

    def __post_init__(self) -> None:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        post = self.decision_api.take
        app = create_app(Workspace(self.channels, self.clock), PASS, pause=pause, post=post)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount(ADDRESS, AsgiAdapter(app))
        self._session.cookies.set("console-8065", PASS)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        url = urljoin(ADDRESS, path)
        return self._session.request(method, url, allow_redirects=False, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.request("POST", path, **options)

    def deliver(self, **message: Any) -> requests.Response:
        return self.post("/services/dev", json=message)

    def call(self, method: str, **arguments: Any) -> Json:
        """Call the Web API as the bot of dev."""
        answer = self.post(
            f"/api/{method}",
            json={"channel": CHANNEL, **arguments},
            headers={
                "Authorization": f"Bearer {TOKEN}",
                "Content-Type": "application/json; charset=utf-8",
            },
        )
        assert answer.status_code == 200
        return answer.json()

    def say(self, text: str = "hello", **arguments: Any) -> str:
        """Post as the bot of dev, and return the message's timestamp."""
        return self.call("chat.postMessage", text=text, **arguments)["ts"]

    def break_slack(self, **order: Any) -> requests.Response:
        return self.post("/api/channels/dev/faults", json=order)

    def deliveries(self, stage: str = "dev") -> list[Json]:
        return self.get(f"/api/channels/{stage}/deliveries").json()

    def messages(self, stage: str = "dev") -> list[Json]:
        return self.get(f"/api/channels/{stage}/messages").json()

    def click(self, ts: str, **body: Any) -> requests.Response:
        wanted = {"action_id": "approve", "user_id": "U045REVIEW", "user_name": "ada", **body}
        return self.post(f"/api/channels/dev/messages/{ts}/click", json=wanted)

    def page(self, path: str = "/channels/dev") -> str:
        return self.get(path).text


@pytest.fixture
def decision_api() -> DecisionApi:
    return DecisionApi()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console(decision_api: DecisionApi, clock: Clock) -> Console:
    channels = [
        Channel("dev", "#signoff-dev", "http://decisions.test/$default", SECRET, TOKEN, CHANNEL),
        Channel("uat", "#signoff-uat", "http://decisions.test"),
    ]
    return Console(channels, clock, decision_api)


def button(action_id: str = "approve", **fields: Any) -> Json:
    text = {"type": "plain_text", "text": action_id.capitalize()}
    return {"type": "button", "action_id": action_id, "text": text, "value": "review-1", **fields}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "block_id": "decide", "elements": list(buttons)}


def reason_input(**fields: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "reason", **fields}
    label = {"type": "plain_text", "text": "Reason"}
    return {"type": "input", "block_id": "why", "label": label, "element": element}


def option(value: str, **fields: Any) -> Json:
    text = {"type": "plain_text", "text": value.capitalize()}
    return {"text": text, "value": value, **fields}


def choice(kind: str = "static_select", name: str = "region", **fields: Any) -> Json:
    """Return an input with two options."""
    element = {"type": kind, "action_id": name, "options": [option("eu"), option("us")], **fields}
    label = {"type": "plain_text", "text": name}
    return {"type": "input", "block_id": f"answer_{name}", "label": label, "element": element}


def table(*rows: list[str], **fields: Any) -> Json:
    cells = [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
    return {"type": "table", "rows": cells, **fields}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.fixture
def review(console: Console) -> str:
    """The timestamp of a message with a reason field and two buttons."""
    answer = console.deliver(
        text="Decision needed",
        blocks=[
            section("*80 of 1,000* rows"),
            reason_input(),
            actions(button(), button("reject", style="danger")),
        ],
    )
    assert answer.text == "ok"
    return console.messages()[-1]["ts"]
