"""`chat.postMessage` and `chat.update`, as Slack documents them and as they are known to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from local.console import running_console
from local.slack import Channel
from tests.local.slack.conftest import CHANNEL, TOKEN, Json, actions, button, section

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.local.slack.conftest import Console, DecisionApi

METHODS = ["chat.postMessage", "chat.update"]
JSON_TYPE = "application/json; charset=utf-8"


def authorised(**headers: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Authorization": f"Bearer {TOKEN}", "Content-Type": JSON_TYPE, **named}


def raw(console: Console, body: bytes, headers: dict[str, str]) -> Json:
    answer = console.post("/api/chat.postMessage", content=body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


def test_a_posted_message_is_answered_with_itself_and_shown(console: Console) -> None:
    answer = console.call("chat.postMessage", text="hello", unfurl_links=False, unfurl_media=False)
    (message,) = console.messages()
    assert answer == {"ok": True, "channel": CHANNEL, "ts": message["ts"], "message": message}
    assert (message["text"], message["user"]) == ("hello", "U0SIGNOFF")
    assert "subtype" not in message
    assert "thread_ts" not in message


def test_a_bots_message_has_blocks_that_can_be_pressed_in_the_configured_channel(
    console: Console, decision_api: DecisionApi
) -> None:
    ts = console.say("Decision needed", blocks=[section("*80*"), actions(button())])
    assert console.click(ts).json()["status"] == 200
    payload = decision_api.payloads[0]
    assert payload["channel"] == {"id": CHANNEL, "name": "signoff-dev"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": CHANNEL,
        "is_ephemeral": False,
    }
    assert payload["message"] == console.messages()[0]


def test_only_post_is_answered(console: Console) -> None:
    for method in METHODS:
        assert console.get(f"/api/{method}").status_code == 405


# Who may post, and where


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN])
def test_a_call_without_a_token_is_not_authed(console: Console, header: str) -> None:
    answer = raw(
        console, b'{"channel": "C012ABCDEF", "text": "a"}', authorised(Authorization=header)
    )
    assert answer == {"ok": False, "error": "not_authed"}
    assert console.messages() == []


@pytest.mark.parametrize("token", ["xoxb-other", TOKEN[:-1], f"{TOKEN}0", TOKEN.upper(), "None"])
def test_a_token_that_nobody_has_is_invalid(console: Console, token: str) -> None:
    answer = raw(
        console,
        b'{"channel": "C012ABCDEF", "text": "a"}',
        authorised(Authorization=f"Bearer {token}"),
    )
    assert answer == {"ok": False, "error": "invalid_auth"}


@pytest.mark.parametrize("channel", ["", "C0OTHER", "#signoff-dev", "signoff-dev", "dev"])
@pytest.mark.parametrize("method", METHODS)
def test_only_the_channels_id_finds_it(console: Console, method: str, channel: str) -> None:
    ts = console.say()
    target = {"ts": ts} if method == "chat.update" else {}
    answer = console.call(method, channel=channel, text="a", **target)
    assert answer == {"ok": False, "error": "channel_not_found"}


def test_a_bot_is_in_its_own_stages_channel_only(console: Console) -> None:
    uat = console.channels[1]
    assert console.call("chat.postMessage", channel=uat.id, text="a")["error"] == (
        "channel_not_found"
    )
    uat.bot_token = "xoxb-uat"
    assert console.call("chat.postMessage", channel=uat.id, text="a")["error"] == (
        "channel_not_found"
    )
    assert console.messages("uat") == []


# What is wrong with the request


@pytest.mark.parametrize(
    ("content_type", "error"),
    [
        ("", "missing_post_type"),
        ("application/x-www-form-urlencoded", "invalid_post_type"),
        ("text/json", "invalid_post_type"),
        ("application/json; charset=utf-16", "invalid_charset"),
    ],
)
def test_arguments_come_as_json_in_utf_8(console: Console, content_type: str, error: str) -> None:
    answer = raw(
        console,
        b'{"channel": "C012ABCDEF", "text": "a"}',
        authorised(Content_Type=content_type),
    )
    assert answer["error"] == error
    assert console.messages() == []


def test_a_missing_charset_is_warned_of(console: Console) -> None:
    answer = raw(
        console,
        b'{"channel": "C012ABCDEF", "text": "a"}',
        authorised(Content_Type="application/json"),
    )
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
def test_what_is_not_a_json_object_is_told_so(console: Console, body: bytes, error: str) -> None:
    assert raw(console, body, authorised()) == {"ok": False, "error": error}


def test_a_missing_argument_is_named(console: Console) -> None:
    assert raw(console, b'{"text": "a"}', authorised()) == {
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
        ({"unfurl_links": "false"}, "[json-pointer:/unfurl_links]"),
        ({"unfurl_media": 0}, "[json-pointer:/unfurl_media]"),
        ({"reply_broadcast": "true"}, "[json-pointer:/reply_broadcast]"),
        ({"thread": "1.0"}, "thread"),
        ({"username": "Somebody"}, "username"),
        ({"token": TOKEN}, "token"),
    ],
)
def test_a_wrong_or_unknown_argument_is_named(
    console: Console, arguments: Json, named: str
) -> None:
    answer = console.call("chat.postMessage", **{"text": "a", **arguments})
    assert answer["error"] == "invalid_arguments"
    (message,) = answer["response_metadata"]["messages"]
    assert message.endswith(named)
    assert console.messages() == []


# What is wrong with the message


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
def test_a_message_that_cannot_be_shown_is_refused(
    console: Console, method: str, content: Json, error: str
) -> None:
    ts = console.say("first")
    target = {"ts": ts} if method == "chat.update" else {}
    assert console.call(method, **target, **content) == {"ok": False, "error": error}
    assert [message["text"] for message in console.messages()] == ["first"]


@pytest.mark.parametrize("method", METHODS)
def test_blocks_that_break_slacks_rules_are_invalid_and_it_says_where(
    console: Console, method: str
) -> None:
    target = {"ts": console.say("first")} if method == "chat.update" else {}
    blocks = [section("a"), section("a" * 3001)]
    answer = console.call(method, text="a", blocks=blocks, **target)
    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks")
    (told,) = answer["response_metadata"]["messages"]
    assert told.startswith("[ERROR] must be a string of 1 to 3000 characters ")
    assert told.endswith("[json-pointer:/blocks/1/text/text]")


def test_a_posted_text_that_is_too_long_is_cut_off_with_a_warning(console: Console) -> None:
    answer = console.call("chat.postMessage", text="a" * 40_001)
    assert answer["ok"]
    assert answer["warning"] == "message_truncated"
    assert console.messages()[0]["text"] == "a" * 40_000
    assert "warning" not in console.call("chat.postMessage", text="a" * 40_000)


def test_a_changed_text_that_is_too_long_is_refused(console: Console) -> None:
    ts = console.say("first")
    answer = console.call("chat.update", ts=ts, text="a" * 4001)
    assert answer == {"ok": False, "error": "msg_too_long"}
    assert console.call("chat.update", ts=ts, text="a" * 4000)["ok"]


# Threads


def test_a_reply_names_its_thread_and_its_parent_counts_it(console: Console) -> None:
    parent = console.say("parent")
    answer = console.call("chat.postMessage", text="reply", thread_ts=parent)
    assert answer["message"]["thread_ts"] == parent
    first, reply = console.messages()
    assert (reply["text"], reply["thread_ts"]) == ("reply", parent)
    assert "subtype" not in reply
    assert (first["thread_ts"], first["reply_count"], first["latest_reply"]) == (
        parent,
        1,
        reply["ts"],
    )


def test_a_reply_can_be_shown_in_the_channel_too(console: Console) -> None:
    parent = console.say("parent")
    console.say("reply", thread_ts=parent, reply_broadcast=True)
    console.say("quiet", thread_ts=parent, reply_broadcast=False)
    subtypes = {message["text"]: message.get("subtype") for message in console.messages()}
    assert subtypes == {"parent": None, "reply": "thread_broadcast", "quiet": None}


def test_a_webhooks_message_can_be_replied_to(console: Console) -> None:
    console.deliver(text="by webhook")
    parent = console.messages()[0]["ts"]
    console.say("reply", thread_ts=parent)
    assert console.messages()[1]["thread_ts"] == parent


def test_a_reply_to_a_reply_joins_its_thread(console: Console) -> None:
    parent = console.say("parent")
    reply = console.say("reply", thread_ts=parent)
    console.say("reply to the reply", thread_ts=reply)
    assert [message["thread_ts"] for message in console.messages()] == [parent] * 3


def test_a_reply_to_a_message_that_is_gone_is_posted_to_the_channel(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    console.post(decision_api.payloads[0]["response_url"], json={"delete_original": True})
    for gone in (review, "1503435956.000247"):
        answer = console.call("chat.postMessage", text="reply", thread_ts=gone)
        assert answer["ok"]
        assert "thread_ts" not in answer["message"]


def test_what_one_person_sees_has_no_thread(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    console.post(decision_api.payloads[0]["response_url"], json={"text": "for you"})
    answer = console.call("chat.postMessage", text="a", thread_ts=console.messages()[1]["ts"])
    assert "thread_ts" not in answer["message"]


@pytest.mark.parametrize(
    "wrong", ["", "0", "abc", "1.0 ", "\uff11.0", 1503435956.000247, 1, ["1.0"]]
)
def test_what_cannot_be_a_timestamp_is_no_thread(console: Console, wrong: Any) -> None:
    answer = console.call("chat.postMessage", text="a", thread_ts=wrong)
    assert answer["error"] == "invalid_thread_ts"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {wrong} is not a valid thread_ts"]
    assert console.messages() == []


def test_a_click_in_a_thread_says_so(console: Console, decision_api: DecisionApi) -> None:
    parent = console.say("parent")
    reply = console.say(thread_ts=parent, blocks=[actions(button())])
    console.click(reply)
    payload = decision_api.payloads[0]
    assert payload["container"]["thread_ts"] == parent
    assert payload["message"]["thread_ts"] == parent


# Changing


def test_a_changed_message_stays_where_it_is(console: Console) -> None:
    ts = console.say("first")
    console.say("second")
    answer = console.call("chat.update", ts=ts, text="changed")
    first, second = console.messages()
    assert answer == {
        "ok": True,
        "channel": CHANNEL,
        "ts": ts,
        "text": "changed",
        "message": first,
    }
    assert [first["text"], second["text"]] == ["changed", "second"]
    assert first["edited"]
    assert "edited" not in second


def test_a_changed_parent_keeps_its_replies_and_a_changed_reply_its_thread(
    console: Console,
) -> None:
    parent = console.say("parent")
    reply = console.say("reply", thread_ts=parent, reply_broadcast=True)
    for ts in (parent, reply):
        console.call("chat.update", ts=ts, text="changed")
    first, second = console.messages()
    assert (first["reply_count"], second["thread_ts"]) == (1, parent)
    assert second["subtype"] == "thread_broadcast"


@pytest.mark.parametrize(
    ("change", "text", "kinds"),
    [
        ({"text": "b"}, "b", []),
        ({"text": "b", "blocks": [{"type": "divider"}]}, "b", ["divider"]),
        ({"text": "b", "blocks": []}, "b", []),
        ({"blocks": [{"type": "divider"}]}, "", ["divider"]),
        ({"attachments": [{"text": "b"}]}, "", ["section"]),
    ],
)
def test_blocks_go_with_a_text_alone_and_stay_without_either(
    console: Console, change: Json, text: str, kinds: list[str]
) -> None:
    ts = console.say("a", blocks=[section("a")])
    assert console.call("chat.update", ts=ts, **change)["ok"]
    (message,) = console.messages()
    assert message["text"] == text
    assert [block["type"] for block in message["blocks"]] == kinds


def test_attachments_stay_until_others_are_given(console: Console) -> None:
    ts = console.say("a", attachments=[{"text": "kept"}])
    console.call("chat.update", ts=ts, text="b")
    assert console.messages()[0]["attachments"][0]["text"] == "kept"
    console.call("chat.update", ts=ts, text="b", attachments=[])
    assert "attachments" not in console.messages()[0]


@pytest.mark.parametrize("ts", ["", "1.0", "abc"])
def test_a_message_that_does_not_exist_cannot_be_changed(console: Console, ts: str) -> None:
    assert console.call("chat.update", ts=ts, text="a") == {
        "ok": False,
        "error": "message_not_found",
    }


def test_another_channels_message_cannot_be_found(console: Console) -> None:
    console.post("/services/uat", json={"text": "a"})
    ts = console.messages("uat")[0]["ts"]
    assert console.call("chat.update", ts=ts, text="b")["error"] == "message_not_found"


def test_a_bot_changes_only_what_it_posted_for_everybody(
    console: Console, decision_api: DecisionApi
) -> None:
    ts = console.say("mine", blocks=[actions(button())])
    console.click(ts)
    console.post(decision_api.payloads[0]["response_url"], json={"text": "for you"})
    console.deliver(text="by webhook")
    console.post("/workflows/dev", json={"title": "by workflow"})
    answers = [
        console.call("chat.update", ts=message["ts"], text="b") for message in console.messages()
    ]
    refused = {"ok": False, "error": "cant_update_message"}
    assert [answers[0]["ok"], *answers[1:]] == [True, refused, refused, refused]


def test_what_a_click_replaced_can_still_be_changed(
    console: Console, decision_api: DecisionApi
) -> None:
    ts = console.say("mine", blocks=[actions(button())])
    console.click(ts)
    body = {"replace_original": True, "text": "Approved"}
    console.post(decision_api.payloads[0]["response_url"], json=body)
    assert console.call("chat.update", ts=ts, text="Approved by Ada")["ok"]


# Slack's own client


@pytest.fixture
def client(tmp_path: Path) -> Generator[WebClient]:
    channel = Channel("dev", "#signoff-dev", bot_token=TOKEN, configured_id=CHANNEL)
    with running_console([channel], tmp_path / "slack.log") as url:
        yield WebClient(TOKEN, base_url=f"{url}/api/", retry_handlers=[])


def test_slacks_own_client_posts_replies_and_changes(client: WebClient) -> None:
    posted = client.chat_postMessage(
        channel=CHANNEL, text="hello", blocks=[section("hello")], unfurl_links=False
    )
    ts = cast("Json", posted.data)["ts"]
    reply = client.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=ts)
    changed = client.chat_update(channel=CHANNEL, ts=ts, text="changed")
    assert cast("Json", reply.data)["message"]["thread_ts"] == ts
    assert cast("Json", changed.data)["message"]["text"] == "changed"


def test_slacks_own_client_understands_a_refusal(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0OTHER", text="hello")
    assert refused.value.response["error"] == "channel_not_found"
