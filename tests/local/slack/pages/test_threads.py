"""The page of a channel shows threads and private notes under their messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.local.slack.conftest import actions, button, reason_input, section

if TYPE_CHECKING:
    from tests.local.slack.conftest import Clock, Console, DecisionApi


def articles(console: Console) -> list[tuple[str, str]]:
    """Return the page's messages from top to bottom: ID and text."""
    found = re.findall(r'<article[^>]* id="([^"]+)".*?</article>', console.page(), re.DOTALL)
    texts = re.findall(r"<article.*?</article>", console.page(), re.DOTALL)
    return list(zip(found, texts, strict=True))


def test_replies_are_shown_under_their_parent(console: Console) -> None:
    first, second = console.say("first"), console.say("second")
    early = console.say("early", thread_ts=first)
    other = console.say("other", thread_ts=second)
    late = console.say("late", thread_ts=first)
    assert [key for key, _ in articles(console)] == [
        f"m{ts}" for ts in (first, early, late, second, other)
    ]


def test_only_replies_are_indented(console: Console) -> None:
    console.say("reply", thread_ts=console.say("first"))
    parent, reply = (text for _, text in articles(console))
    assert 'class="message reply"' in reply
    assert 'aria-label="Reply in a thread"' in reply
    assert 'class="message"' in parent


def test_a_broadcast_reply_is_marked_in_the_thread_and_the_channel(console: Console) -> None:
    first = console.say("first")
    reply = console.say("reply", thread_ts=first, reply_broadcast=True)
    second = console.say("second")
    shown = articles(console)
    assert [key for key, _ in shown] == [f"m{first}", f"m{reply}", f"b{reply}", f"m{second}"]
    assert "Also sent to the channel" in shown[1][1]
    assert f'Replied to <a href="#m{first}">a thread</a>' in shown[2][1]
    assert 'class="message"' in shown[2][1]


def test_ids_on_the_page_are_unique(console: Console) -> None:
    words = {name: {"type": "plain_text", "text": name} for name in ("title", "text", "deny")}
    confirm = {**words, "confirm": {"type": "plain_text", "text": "Yes"}}
    console.say(
        blocks=[section("a"), reason_input(), actions(button(confirm=confirm))],
        thread_ts=console.say("first"),
        reply_broadcast=True,
    )
    ids = re.findall(r'\bid="([^"]+)"', console.page())
    assert len(ids) == len(set(ids))


def test_a_reply_of_another_day_shows_its_date(console: Console, clock: Clock) -> None:
    first = console.say("first")
    clock.now += 86_400
    console.say("reply", thread_ts=first)
    assert "Today at 14:00 UTC" in articles(console)[1][1]
    assert console.page().count('class="day"') == 1


def test_a_new_reply_does_not_change_its_parent(console: Console) -> None:
    """The page's script keeps text typed into an unchanged message."""
    first = console.say("first", blocks=[reason_input()])
    before = dict(articles(console))[f"m{first}"]
    console.say("reply", thread_ts=first)
    assert dict(articles(console))[f"m{first}"] == before


def test_a_reply_outlives_its_parent(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    reply = console.say("reply", thread_ts=review)
    console.click(review)
    console.post(decision_api.payloads[0]["response_url"], json={"delete_original": True})
    ((key, text),) = articles(console)
    assert key == f"m{reply}"
    assert "reply" in text


def test_a_reply_can_be_deleted(console: Console, decision_api: DecisionApi) -> None:
    first = console.say("first")
    reply = console.say("reply", thread_ts=first, blocks=[actions(button())])
    console.click(reply)
    console.post(decision_api.payloads[0]["response_url"], json={"delete_original": True})
    assert [key for key, _ in articles(console)] == [f"m{first}"]
    assert "reply_count" not in console.messages()[0]


def test_a_button_in_a_thread_returns_to_the_thread(
    console: Console, decision_api: DecisionApi
) -> None:
    reply = console.say("a", thread_ts=console.say("first"), blocks=[actions(button())])
    form = {"as": "U067SECOND", "button": "decide approve"}
    answer = console.post(f"/channels/dev/messages/{reply}/click", data=form)
    assert answer.headers["location"].endswith(f"#m{reply}")
    assert decision_api.payloads[0]["container"]["message_ts"] == reply


def test_only_a_changed_text_is_marked_as_edited(console: Console) -> None:
    text, blocks = console.say("a"), console.say("b")
    console.call("chat.update", ts=text, text="changed")
    console.call("chat.update", ts=blocks, text="b", blocks=[section("changed")])
    shown = dict(articles(console))
    assert "(edited)" in shown[f"m{text}"]
    assert "(edited)" not in shown[f"m{blocks}"]


def note(console: Console, decision_api: DecisionApi, text: str, **response: object) -> None:
    """Respond to the last click."""
    url = decision_api.payloads[-1]["response_url"]
    assert console.post(url, json={"text": text, **response}).text == "ok"


def test_only_the_latest_private_note_is_shown_under_the_message(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.say("later")
    for text in ("first", "second"):
        console.click(review)
        note(console, decision_api, text)
    shown = articles(console)
    assert len(console.messages()) == 4
    assert shown[0][0] == f"m{review}"
    assert "second" in shown[1][1]
    assert 'aria-label="Private note" tabindex="-1"' in shown[1][1]
    assert "later" in shown[2][1]
    assert len(shown) == 3
    assert "second" not in console.page("/channels/dev?as=U067SECOND")


def test_a_note_about_a_reply_is_shown_under_the_reply(
    console: Console, decision_api: DecisionApi
) -> None:
    first = console.say("first")
    reply = console.say("reply", thread_ts=first, blocks=[actions(button())])
    console.say("last", thread_ts=first)
    console.click(reply)
    note(console, decision_api, "private")
    assert "private" in articles(console)[2][1]


def test_a_note_disappears_when_the_message_is_decided(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    note(console, decision_api, "private")
    replacement = [section("One of two approvals"), actions(button())]
    note(console, decision_api, "a", blocks=replacement, replace_original=True)
    assert "private" in console.page()
    note(console, decision_api, "b", blocks=[section("Approved")], replace_original=True)
    assert "private" not in console.page()


def test_a_note_of_a_deleted_message_is_shown_on_its_own(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    note(console, decision_api, "private")
    note(console, decision_api, "", delete_original=True)
    ((_, text),) = articles(console)
    assert "private" in text
