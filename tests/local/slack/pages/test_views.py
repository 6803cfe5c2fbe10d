from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from local.slack.interactions.request_url import AppResponse
from tests.local.slack.conftest import (
    ADDRESS,
    CHANNEL,
    actions,
    button,
    choice,
    option,
    reason_input,
    section,
    table,
)

if TYPE_CHECKING:
    from requests import Response

    from tests.local.slack.conftest import Console, DecisionApi

HTML = {"Accept": "text/html"}


def press(console: Console, ts: str, **fields: str) -> Response:
    form = {"as": "U067SECOND", "button": "decide reject", **fields}
    return console.post(f"/channels/dev/messages/{ts}/click", data=form, headers=HTML)


def test_the_first_page_links_to_every_channel(console: Console) -> None:
    page = console.page("/")
    for stage in ("dev", "uat"):
        assert f'href="/channels/{stage}?' in page


def test_a_channel_shows_its_messages(console: Console) -> None:
    console.deliver(
        text="not shown",
        blocks=[
            {"type": "header", "text": {"type": "plain_text", "text": "Decision needed"}},
            section("*80* rows"),
            {"type": "divider"},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "_abc_"}]},
            actions(button("see", url="https://a.test/?a=1&b=2")),
        ],
    )
    page = console.page()
    assert ">Decision needed</h3>" in page
    assert "<strong>80</strong> rows" in page
    assert "<em>abc</em>" in page
    assert "not shown" not in page
    assert re.search(
        r'href="https://a.test/\?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"', page
    )


def test_slacks_permalinks_redirect_to_the_message_or_channel(console: Console) -> None:
    ts = console.say()

    for link, place in (
        (f"/archives/{CHANNEL}/p{ts.replace('.', '')}", f"/channels/dev#m{ts}"),
        (f"/archives/{CHANNEL}", "/channels/dev"),
    ):
        answer = console.get(link, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.headers["Location"] == place
    assert console.get("/archives/C0NOWHERE").status_code == 404


def test_hostile_text_is_escaped_everywhere(console: Console) -> None:
    evil = "\"><script>alert('1')</script>"
    words = {"type": "plain_text", "text": evil}
    console.deliver(
        blocks=[
            {"type": "header", "text": words},
            section(evil),
            {
                **reason_input(placeholder=words, initial_value=evil),
                "block_id": evil,
                "hint": words,
            },
            {**choice(name="a", options=[option(evil, text=words)]), "label": words},
            {**choice("radio_buttons", "b", options=[option(evil, text=words)]), "label": words},
            table([evil]),
            actions(button(evil, text=words, value=evil, accessibility_label=evil)),
        ]
    )
    console.post("/workflows/dev", json={"summary": evil, "details": evil})
    assert "<script>" not in console.page()


def test_pages_allow_only_their_own_scripts_and_are_not_cached(console: Console) -> None:
    for path in ("/", "/channels/dev", "/channels/none"):
        headers = console.get(path, headers=HTML).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
    assert not re.search(r"<script>|\bstyle=|\bon\w+=", console.page())


def test_a_page_without_javascript_reloads_itself(console: Console) -> None:
    assert '<noscript><meta http-equiv="refresh"' in console.page()


def test_a_click_is_sent_as_the_selected_person_with_the_typed_values(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    answer = press(console, review, **{"why reason": "wrong customer"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/channels/dev?as=U067SECOND#m{review}"
    payload = decision_api.payloads[0]
    assert payload["user"]["id"] == "U067SECOND"
    assert payload["actions"][0]["action_id"] == "reject"
    assert payload["state"]["values"]["why"]["reason"]["value"] == "wrong customer"


def test_the_form_has_the_fields_that_a_click_needs(console: Console, review: str) -> None:
    page = console.page()
    assert f'action="/channels/dev/messages/{review}/click"' in page
    assert 'name="button" value="decide reject"' in page
    assert 'name="why reason"' in page


def test_choices_are_filled_in_on_the_page(console: Console, decision_api: DecisionApi) -> None:
    hint = {"type": "plain_text", "text": "Take care"}
    console.deliver(
        blocks=[{**choice(), "hint": hint}, choice("radio_buttons", "informed"), actions(button())]
    )
    ts, page = console.messages()[0]["ts"], console.page()
    assert re.search(r'<select id="[^"]+" name="answer_region region" aria-describedby=', page)
    assert '<input type="radio" name="answer_informed informed" value="us">' in page
    press(
        console,
        ts,
        button="decide approve",
        **{"answer_region region": "eu", "answer_informed informed": "us"},
    )
    values = decision_api.payloads[0]["state"]["values"]
    assert values["answer_region"]["region"]["selected_option"] == option("eu")
    assert values["answer_informed"]["informed"]["selected_option"] == option("us")


def test_an_unselected_choice_is_null(console: Console, decision_api: DecisionApi) -> None:
    console.deliver(blocks=[choice(), actions(button())])
    ts = console.messages()[0]["ts"]
    press(console, ts, button="decide approve", **{"answer_region region": ""})
    values = decision_api.payloads[0]["state"]["values"]
    assert values["answer_region"]["region"]["selected_option"] is None


def test_a_table_has_a_header_row_and_aligned_columns(console: Console) -> None:
    settings = [{"is_wrapped": True}, {"align": "right"}]
    console.deliver(blocks=[table(*[["a", "1", "x"]] * 2, column_settings=settings)])
    page = console.page()
    assert '<th scope="col" class="left wrapped">a</th>' in page
    assert '<td class="right">1</td>' in page
    assert '<td class="left">x</td>' in page
    assert page.count("<th ") == 3  # the second row is not a header


def test_the_enter_key_in_a_field_clicks_no_button(console: Console, review: str) -> None:
    first = re.search(r"<form method=\"post\".*?(<button[^>]*>)", console.page(), re.DOTALL)
    assert first
    assert "disabled" in first[1], "the Enter key clicks a form's first button"


def test_a_button_with_a_confirmation_submits_only_from_its_dialog(console: Console) -> None:
    words = {name: {"type": "plain_text", "text": name} for name in ("title", "text", "deny")}
    confirm = {**words, "confirm": {"type": "plain_text", "text": "Yes"}}
    console.deliver(blocks=[actions(button(confirm=confirm))])
    page = console.page()
    assert page.count('value="decide approve"') == 1
    assert page.index(" popover ") < page.index('value="decide approve"')


def test_a_failed_click_is_shown_below_the_message_until_one_succeeds(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    decision_api.answer = lambda: AppResponse(status=401, body="")
    press(console, review)
    assert "The click failed: status 401." in console.page()
    decision_api.answer = lambda: AppResponse(status=200, body="")
    press(console, review)
    assert "The click failed" not in console.page()


def test_a_click_that_cannot_be_sent_shows_the_reason(console: Console, review: str) -> None:
    console.channels[0].signing_secret = None
    press(console, review)
    assert "slackSigningSecret" in console.page()


def test_a_removed_button_is_not_found(console: Console, review: str) -> None:
    assert press(console, review, button="decide escalate").status_code == 404


def test_a_click_from_the_simulators_page_is_accepted(console: Console, review: str) -> None:
    headers = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    form = {"as": "U045REVIEW", "button": "decide approve"}
    answer = console.post(f"/channels/dev/messages/{review}/click", data=form, headers=headers)
    assert answer.status_code == 303


def test_an_unknown_channel_is_an_html_404(console: Console) -> None:
    answer = console.get("/channels/none", headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>Not found</h1>" in answer.text
    assert "There is no channel for stage none." in answer.text
    assert 'href="/"' in answer.text


def test_an_attachment_is_shown_by_its_text_or_its_fallback(console: Console) -> None:
    console.deliver(attachments=[{"text": "*first*"}, {"fallback": "second"}])
    page = console.page()
    assert "<strong>first</strong>" in page
    assert "second" in page


def test_only_a_changed_message_gets_a_new_revision(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    def revisions() -> dict[str, str]:
        found = re.findall(r'id="(m[\d.]+)" data-revision="(\d+)"', console.page())
        return {str(ts): str(revision) for ts, revision in found}

    console.deliver(text="another")
    before = revisions()
    console.click(review)
    url = decision_api.payloads[0]["response_url"]
    console.post(url, json={"replace_original": True, "text": "Approved"})
    after = revisions()
    assert {ts for ts in before if before[ts] != after[ts]} == {f"m{review}"}


@pytest.mark.parametrize("name", ["slack.css", "slack.js", "icon.svg"])
def test_static_files_are_served(console: Console, name: str) -> None:
    assert console.get(f"/static/{name}").status_code == 200


def test_every_label_refers_to_a_field(console: Console) -> None:
    console.deliver(blocks=[reason_input(), choice(), actions(button())])
    page = console.page()
    labels = re.findall(r'<label for="([^"]+)">', page)
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
    assert sorted(labels) == sorted(fields)
    assert len(labels) == 4  # the person, the command and two fields of the message


def test_typed_text_is_kept_after_a_click_until_the_message_changes(
    console: Console, decision_api: DecisionApi
) -> None:
    console.deliver(
        blocks=[
            {**choice(), "block_id": "one"},
            {**choice("radio_buttons", "informed"), "block_id": "two"},
            reason_input(),
            reason_input(multiline=True) | {"block_id": "more"},
            actions(button()),
        ]
    )
    ts = console.messages()[-1]["ts"]
    typed = {"one region": "us", "two informed": "eu", "why reason": 'a "b"', "more reason": "c"}
    press(console, ts, button="decide approve", **typed)

    page = console.page("/channels/dev?as=U067SECOND")
    assert '<option value="us" selected>' in page
    assert 'value="eu" checked>' in page
    assert 'value="a &#34;b&#34;"' in page
    assert ">\nc</textarea>" in page
    other = console.page("/channels/dev?as=U045REVIEW")
    assert not re.search("selected>Us|checked|&#34;b|>\nc<", other)
    url = decision_api.payloads[-1]["response_url"]
    blocks = [reason_input(), actions(button())]
    console.post(url, json={"replace_original": True, "text": "a", "blocks": blocks})
    assert "&#34;b" not in console.page("/channels/dev?as=U067SECOND")


def test_a_click_redirects_to_its_private_note(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    def respond() -> AppResponse:
        url = decision_api.payloads[-1]["response_url"]
        console.post(url, json={"text": "A reason is required."})
        return AppResponse(status=200, body="")

    decision_api.answer = respond
    answer = press(console, review)
    note = console.messages()[-1]
    assert note["ephemeral_to"] == "U067SECOND"
    assert answer.headers["location"] == f"/channels/dev?as=U067SECOND#m{note['ts']}"


def unread(console: Console, viewer: str = "U045REVIEW") -> dict[str, str]:
    """Return the counters in the list of channels."""
    page = console.page(f"/?as={viewer}")
    return dict(re.findall(r'<span class="name">(\S+)</span>\s*<span class="count">(\d+)<', page))


def test_unread_counters_are_per_person_and_channel(console: Console) -> None:
    console.say("first")
    console.say("second")
    console.post("/services/uat", json={"text": "other"})
    assert unread(console) == {"signoff-dev": "2", "signoff-uat": "1"}
    assert "2 unread" in console.page("/?as=U045REVIEW")

    console.page("/channels/dev?as=U045REVIEW")
    assert unread(console) == {"signoff-uat": "1"}
    assert unread(console, "U067SECOND") == {"signoff-dev": "2", "signoff-uat": "1"}

    console.call("chat.update", ts=console.messages()[0]["ts"], text="changed")
    assert unread(console) == {"signoff-uat": "1"}
    console.say("third")
    assert unread(console) == {"signoff-dev": "1", "signoff-uat": "1"}
