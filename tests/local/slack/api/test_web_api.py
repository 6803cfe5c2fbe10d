"""Calls of the Web API: authorization, arguments, and Slack's own client."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from local.slack import Channel, running_console
from tests.local.slack.conftest import CHANNEL, METHODS, TOKEN, Json, section

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.local.slack.conftest import Console

JSON_TYPE = "application/json; charset=utf-8"
HELLO = b'{"channel": "C012ABCDEF", "text": "a"}'


def authorized(**headers: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Authorization": f"Bearer {TOKEN}", "Content-Type": JSON_TYPE, **named}


def raw(console: Console, body: bytes, headers: dict[str, str]) -> Json:
    answer = console.post("/api/chat.postMessage", data=body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


def test_only_post_is_accepted(console: Console) -> None:
    for method in METHODS:
        assert console.get(f"/api/{method}").status_code == 405


# Authorization


@pytest.mark.parametrize(
    ("header", "error"),
    [
        *((it, "not_authed") for it in ("", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN)),
        *(
            (f"Bearer {it}", "invalid_auth")
            for it in ("xoxb-other", TOKEN[:-1], f"{TOKEN}0", TOKEN.upper(), "None")
        ),
    ],
)
def test_a_call_needs_a_valid_token(console: Console, header: str, error: str) -> None:
    assert raw(console, HELLO, authorized(Authorization=header)) == {"ok": False, "error": error}
    assert console.messages() == []


@pytest.mark.parametrize("channel", ["", "C0OTHER", "#signoff-dev", "signoff-dev", "dev"])
@pytest.mark.parametrize("method", METHODS)
def test_a_channel_is_found_only_by_its_id(console: Console, method: str, channel: str) -> None:
    ts = console.say()
    target = {"ts": ts} if method == "chat.update" else {}
    answer = console.call(method, channel=channel, text="a", **target)
    assert answer == {"ok": False, "error": "channel_not_found"}


def test_a_bot_is_only_in_its_stages_channel(console: Console) -> None:
    uat = console.channels[1]
    for token in (None, "xoxb-uat"):
        uat.bot_token = token
        answer = console.call("chat.postMessage", channel=uat.id, text="a")
        assert answer["error"] == "channel_not_found"
    assert console.messages("uat") == []


# Invalid requests


@pytest.mark.parametrize(
    ("content_type", "error"),
    [
        ("", "missing_post_type"),
        ("application/x-www-form-urlencoded", "invalid_post_type"),
        ("text/json", "invalid_post_type"),
        ("application/json; charset=utf-16", "invalid_charset"),
    ],
)
def test_arguments_are_sent_as_utf_8_json(console: Console, content_type: str, error: str) -> None:
    assert raw(console, HELLO, authorized(Content_Type=content_type))["error"] == error
    assert console.messages() == []


def test_a_missing_charset_causes_a_warning(console: Console) -> None:
    answer = raw(console, HELLO, authorized(Content_Type="application/json"))
    assert answer["ok"]
    assert answer["warning"] == "missing_charset"
    assert answer["response_metadata"] == {"warnings": ["missing_charset"]}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b'{"text": "\\ud800"}', "invalid_json"),
        (b'{"text": NaN}', "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b"[]", "json_not_object"),
        (b'"text"', "json_not_object"),
        (b"null", "json_not_object"),
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(
    console: Console, body: bytes, error: str
) -> None:
    assert raw(console, body, authorized()) == {"ok": False, "error": error}


def test_a_missing_argument_is_named(console: Console) -> None:
    assert raw(console, b'{"text": "a"}', authorized()) == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {"messages": ["[ERROR] missing required field: channel"]},
    }
    answer = console.call("chat.update", text="a")
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"channel": 7}, "[json-pointer:/channel]"),
        ({"text": 7}, "[json-pointer:/text]"),
        ({"text": 0}, "[json-pointer:/text]"),
        ({"mrkdwn": "false"}, "[json-pointer:/mrkdwn]"),
        ({"unfurl_links": "false"}, "[json-pointer:/unfurl_links]"),
        ({"unfurl_media": 0}, "[json-pointer:/unfurl_media]"),
        ({"reply_broadcast": "true"}, "[json-pointer:/reply_broadcast]"),
        ({"thread": "1.0"}, "thread"),
        ({"username": "Someone"}, "username"),
        ({"token": TOKEN}, "token"),
    ],
)
def test_an_invalid_or_unknown_argument_is_named(
    console: Console, arguments: Json, named: str
) -> None:
    answer = console.call("chat.postMessage", **{"text": "a", **arguments})
    assert answer["error"] == "invalid_arguments"
    (message,) = answer["response_metadata"]["messages"]
    assert message.endswith(named)
    assert console.messages() == []


# Invalid messages


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"blocks": []}, "no_text"),
        ({"text": "a", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "a", "blocks": '[{"type": "divider"}]'}, "invalid_blocks_format"),
        ({"text": "a", "attachments": ["b"]}, "invalid_arguments"),
        ({"attachments": [{"text": "b"}] * 101}, "too_many_attachments"),
    ],
)
def test_a_message_without_content_is_refused(
    console: Console, method: str, content: Json, error: str
) -> None:
    ts = console.say("first")
    target = {"ts": ts} if method == "chat.update" else {}
    assert console.call(method, **target, **content) == {"ok": False, "error": error}
    assert [message["text"] for message in console.messages()] == ["first"]


@pytest.mark.parametrize("method", METHODS)
def test_blocks_that_break_slacks_rules_are_reported_with_their_path(
    console: Console, method: str
) -> None:
    target = {"ts": console.say("first")} if method == "chat.update" else {}
    blocks = [section("a"), section("a" * 3001)]
    answer = console.call(method, text="a", blocks=blocks, **target)
    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks")
    (message,) = answer["response_metadata"]["messages"]
    assert message.startswith("[ERROR] must be a string of 1 to 3000 characters ")
    assert message.endswith("[json-pointer:/blocks/1/text/text]")


# Slack's own client


@pytest.fixture
def client(tmp_path: Path) -> Generator[WebClient]:
    channel = Channel("dev", "#signoff-dev", bot_token=TOKEN, configured_id=CHANNEL)
    with running_console([channel], tmp_path / "slack.log", "any") as url:
        yield WebClient(TOKEN, base_url=f"{url}/api/", retry_handlers=[])


def test_slacks_client_can_post_reply_update_and_handle_errors(
    client: WebClient,
) -> None:
    posted = client.chat_postMessage(
        channel=CHANNEL, text="hello", blocks=[section("hello")], unfurl_links=False
    )
    ts = cast("Json", posted.data)["ts"]
    reply = client.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=ts)
    changed = client.chat_update(channel=CHANNEL, ts=ts, text="changed")
    assert cast("Json", reply.data)["message"]["thread_ts"] == ts
    assert cast("Json", changed.data)["message"]["text"] == "changed"

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0OTHER", text="hello")
    assert refused.value.response["error"] == "channel_not_found"
