"""`chat.postMessage` and `chat.update`, as documented by Slack and as observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local.slack.conftest import CHANNEL, Json, actions, button, section

if TYPE_CHECKING:
    from tests.local.slack.conftest import Console, DecisionApi


def test_a_posted_message_is_returned_and_shown(console: Console) -> None:
    answer = console.call("chat.postMessage", text="hello", unfurl_links=False, unfurl_media=False)
    (message,) = console.messages()
    assert answer == {"ok": True, "channel": CHANNEL, "ts": message["ts"], "message": message}
    assert (message["text"], message["user"]) == ("hello", "U0SIGNOFF")
    assert "subtype" not in message
    assert "thread_ts" not in message


def test_a_bots_message_has_clickable_blocks_in_the_configured_channel(
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


def test_a_long_text_is_truncated_with_a_warning(console: Console) -> None:
    answer = console.call("chat.postMessage", text="a" * 40_001)
    assert answer["ok"]
    assert answer["warning"] == "message_truncated"
    assert console.messages()[0]["text"] == "a" * 40_000
    assert "warning" not in console.call("chat.postMessage", text="a" * 40_000)


def test_an_update_with_a_long_text_is_refused(console: Console) -> None:
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


def test_a_reply_can_be_broadcast_to_the_channel(console: Console) -> None:
    parent = console.say("parent")
    console.say("reply", thread_ts=parent, reply_broadcast=True)
    console.say("quiet", thread_ts=parent, reply_broadcast=False)
    subtypes = {message["text"]: message.get("subtype") for message in console.messages()}
    assert subtypes == {"parent": None, "reply": "thread_broadcast", "quiet": None}


def test_a_reply_to_a_reply_joins_the_parents_thread(console: Console) -> None:
    console.deliver(text="by webhook")
    parent = console.messages()[0]["ts"]
    reply = console.say("reply", thread_ts=parent)
    console.say("reply to the reply", thread_ts=reply)
    assert [message["thread_ts"] for message in console.messages()] == [parent] * 3


def test_a_reply_to_a_deleted_message_is_posted_to_the_channel(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    console.post(decision_api.payloads[0]["response_url"], json={"delete_original": True})
    for missing in (review, "1503435956.000247"):
        answer = console.call("chat.postMessage", text="reply", thread_ts=missing)
        assert answer["ok"]
        assert "thread_ts" not in answer["message"]


def test_an_ephemeral_message_has_no_thread(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    console.post(decision_api.payloads[0]["response_url"], json={"text": "for you"})
    answer = console.call("chat.postMessage", text="a", thread_ts=console.messages()[1]["ts"])
    assert "thread_ts" not in answer["message"]


@pytest.mark.parametrize(
    "wrong", ["", "0", "abc", "1.0 ", "\uff11.0", 1503435956.000247, 1, ["1.0"]]
)
def test_an_invalid_thread_timestamp_is_refused(console: Console, wrong: Any) -> None:
    answer = console.call("chat.postMessage", text="a", thread_ts=wrong)
    assert answer["error"] == "invalid_thread_ts"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {wrong} is not a valid thread_ts"]
    assert console.messages() == []


def test_a_click_in_a_thread_includes_the_thread_timestamp(
    console: Console, decision_api: DecisionApi
) -> None:
    parent = console.say("parent")
    reply = console.say(thread_ts=parent, blocks=[actions(button())])
    console.click(reply)
    payload = decision_api.payloads[0]
    assert payload["container"]["thread_ts"] == parent
    assert payload["message"]["thread_ts"] == parent


# Updates


def test_an_updated_message_keeps_its_position(console: Console) -> None:
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


def test_an_update_keeps_replies_and_threads(
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
def test_an_update_with_only_a_text_removes_blocks(
    console: Console, change: Json, text: str, kinds: list[str]
) -> None:
    ts = console.say("a", blocks=[section("a")])
    assert console.call("chat.update", ts=ts, **change)["ok"]
    (message,) = console.messages()
    assert message["text"] == text
    assert [block["type"] for block in message["blocks"]] == kinds


def test_attachments_are_kept_until_replaced(console: Console) -> None:
    ts = console.say("a", attachments=[{"text": "kept"}])
    console.call("chat.update", ts=ts, text="b")
    assert console.messages()[0]["attachments"][0]["text"] == "kept"
    console.call("chat.update", ts=ts, text="b", attachments=[])
    assert "attachments" not in console.messages()[0]


@pytest.mark.parametrize("ts", ["", "1.0", "abc"])
def test_an_unknown_message_cannot_be_updated(console: Console, ts: str) -> None:
    assert console.call("chat.update", ts=ts, text="a") == {
        "ok": False,
        "error": "message_not_found",
    }


def test_a_message_of_another_channel_is_not_found(console: Console) -> None:
    console.post("/services/uat", json={"text": "a"})
    ts = console.messages("uat")[0]["ts"]
    assert console.call("chat.update", ts=ts, text="b")["error"] == "message_not_found"


def test_a_bot_can_update_only_its_own_public_messages(
    console: Console, decision_api: DecisionApi
) -> None:
    ts = console.say("mine", blocks=[actions(button())])
    console.click(ts)
    console.post(decision_api.payloads[0]["response_url"], json={"text": "for you"})
    console.deliver(text="by webhook")
    console.post("/workflows/dev", json={"summary": "by workflow", "details": "…"})
    answers = [
        console.call("chat.update", ts=message["ts"], text="b") for message in console.messages()
    ]
    refused = {"ok": False, "error": "cant_update_message"}
    assert [answers[0]["ok"], *answers[1:]] == [True, refused, refused, refused]


def test_a_message_replaced_by_a_response_can_still_be_updated(
    console: Console, decision_api: DecisionApi
) -> None:
    ts = console.say("mine", blocks=[actions(button())])
    console.click(ts)
    body = {"replace_original": True, "text": "Approved"}
    console.post(decision_api.payloads[0]["response_url"], json=body)
    assert console.call("chat.update", ts=ts, text="Approved by Ada")["ok"]
