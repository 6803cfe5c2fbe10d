from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import pytest

from local.slack.interactions.request_url import AppResponse
from local.slack.interactions.signature import signed_headers
from tests.local.slack.conftest import (
    SECRET,
    actions,
    button,
    choice,
    option,
    reason_input,
)

if TYPE_CHECKING:
    from tests.local.slack.conftest import Clock, Console, DecisionApi


def test_a_click_sends_its_user_action_and_message_to_the_decision_api(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    answer = console.click(review, action_id="reject", reason="wrong customer")
    assert answer.json() == {"status": 200, "body": "taken"}
    assert decision_api.requests[0].url == "http://decisions.test/$default/slack/interactions"
    payload = decision_api.payloads[0]
    assert payload["type"] == "block_actions"
    assert payload["user"] == {
        "id": "U045REVIEW",
        "username": "ada",
        "name": "ada",
        "team_id": payload["team"]["id"],
    }
    assert payload["channel"]["name"] == "signoff-dev"
    assert payload["container"]["channel_id"] == payload["channel"]["id"]
    assert payload["message"] == console.messages()[0]
    assert payload["actions"] == [
        {
            "type": "button",
            "action_id": "reject",
            "block_id": "decide",
            "value": "review-1",
            "style": "danger",
            "text": {"type": "plain_text", "text": "Reject"},
            "action_ts": "1795356000.000000",
        }
    ]
    assert payload["state"]["values"] == {
        "why": {"reason": {"type": "plain_text_input", "value": "wrong customer"}}
    }


def test_an_empty_field_has_no_value(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    assert decision_api.payloads[0]["state"]["values"]["why"]["reason"]["value"] is None


def test_a_click_is_signed_with_the_channels_secret(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    request = decision_api.requests[0]
    base = b"v0:1795356000:" + request.body
    expected = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    assert request.headers["X-Slack-Request-Timestamp"] == "1795356000"
    assert request.headers["X-Slack-Signature"] == expected
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_the_signature_matches_slacks_published_example() -> None:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
        b"%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    assert signed_headers(SECRET, 1531420618, body)["X-Slack-Signature"] == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


@pytest.mark.parametrize("status", [200, 401, 409, 500, 502, 504])
def test_the_decision_apis_response_is_returned_unchanged(
    console: Console, decision_api: DecisionApi, review: str, status: int
) -> None:
    decision_api.answer = lambda: AppResponse(status=status, body='{"error": "…"}')
    answer = console.click(review)
    assert answer.status_code == 200
    assert answer.json() == {"status": status, "body": '{"error": "…"}'}


def test_a_response_after_slacks_time_limit_is_logged(
    console: Console,
    decision_api: DecisionApi,
    clock: Clock,
    review: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def delay() -> AppResponse:
        clock.now += 4
        return AppResponse(status=200, body="")

    decision_api.answer = delay
    assert console.click(review).json()["status"] == 200
    assert "after 4.0 s" in caplog.text


def test_a_message_without_such_a_button_cannot_be_clicked(console: Console, review: str) -> None:
    answer = console.click(review, action_id="escalate")
    assert answer.status_code == 404
    assert "escalate" in answer.json()["error"]


@pytest.mark.parametrize("missing", [None, ""])
def test_a_channel_without_a_signing_secret_cannot_be_clicked(
    console: Console, decision_api: DecisionApi, review: str, missing: str | None
) -> None:
    console.channels[0].signing_secret = missing
    answer = console.click(review)
    assert answer.status_code == 409
    assert "slackSigningSecret" in answer.json()["error"]
    assert decision_api.requests == []


def test_a_channel_can_be_clicked_as_soon_as_its_stage_is_deployed(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.channels[0].decision_api_url = ""
    assert console.click(review).status_code == 409
    console.channels[0].decision_api_url = "http://late.test"
    assert console.click(review).json()["status"] == 200
    assert decision_api.requests[0].url.startswith("http://late.test/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"action_id": 1},
        {"user_id": ""},
        {"user_name": None},
        {"reason": ["a"]},
        {"reason": "a" * 3001},
        {"comment": "a"},
        {"answers": {"region": "mars"}},
        {"answers": {"region": ""}},
        {"answers": {"share": "123456"}},
        {"answers": {"nothing": "1"}},
        {"answers": {"share": 12}},
        {"answers": {"share": None}},
        {"answers": ["share"]},
    ],
)
def test_an_invalid_click_is_refused(
    console: Console, decision_api: DecisionApi, questions: str, wrong: dict[str, Any]
) -> None:
    answer = console.click(questions, **wrong)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert decision_api.requests == []


def test_a_reason_is_refused_for_a_message_without_a_field(
    console: Console, decision_api: DecisionApi
) -> None:
    console.deliver(blocks=[actions(button())])
    console.click(console.messages()[0]["ts"], reason="fine")
    assert decision_api.payloads[0]["state"]["values"] == {}


def question(name: str) -> dict[str, Any]:
    return {**reason_input(action_id=name, max_length=5), "block_id": f"answer_{name}"}


@pytest.fixture
def questions(console: Console) -> str:
    """The timestamp of a message that asks three questions before the reason."""
    asked = [question("share"), choice(), choice("radio_buttons", "informed")]
    console.deliver(blocks=[*asked, reason_input(), actions(button())])
    return console.messages()[-1]["ts"]


def test_answers_are_sent_in_the_format_of_their_fields(
    console: Console, decision_api: DecisionApi, questions: str
) -> None:
    answers = {"share": "12.5", "region": "Us", "informed": "eu"}
    assert console.click(questions, reason="fine", answers=answers).json()["status"] == 200
    assert decision_api.payloads[0]["state"]["values"] == {
        "answer_share": {"share": {"type": "plain_text_input", "value": "12.5"}},
        "answer_region": {"region": {"type": "static_select", "selected_option": option("us")}},
        "answer_informed": {"informed": {"type": "radio_buttons", "selected_option": option("eu")}},
        "why": {"reason": {"type": "plain_text_input", "value": "fine"}},
    }


def test_a_choice_defaults_to_null_or_its_initial_option(
    console: Console, decision_api: DecisionApi
) -> None:
    chosen = choice(name="informed", initial_option=option("us"))
    console.deliver(blocks=[choice(), chosen, actions(button())])
    console.click(console.messages()[0]["ts"])
    values = decision_api.payloads[0]["state"]["values"]
    assert values["answer_region"]["region"]["selected_option"] is None
    assert values["answer_informed"]["informed"]["selected_option"] == option("us")


def test_buttons_and_fields_inside_attachments_work(
    console: Console, decision_api: DecisionApi
) -> None:
    console.deliver(attachments=[{"blocks": [reason_input(), actions(button())]}])
    console.click(console.messages()[0]["ts"], reason="fine")
    assert decision_api.payloads[0]["state"]["values"]["why"]["reason"]["value"] == "fine"


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("1", "1"),
        ("\u23f1 tonight", "\u23f1\ufe0f tonight"),
        ("eu-1   (3 nodes)", " eu-1   (3 nodes)"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("&" * 40, "&" * 40),
    ],
)
def test_a_choice_is_selected_by_text_and_sent_by_value(
    console: Console, decision_api: DecisionApi, text: str, given: str
) -> None:
    options = [option("0", text=words("2")), option("2", text=words(text))]
    console.deliver(blocks=[choice(options=options), actions(button())])

    console.click(console.messages()[-1]["ts"], answers={"region": given})

    values = decision_api.payloads[0]["state"]["values"]
    assert values["answer_region"]["region"]["selected_option"]["value"] == "2"


def test_a_choice_cannot_be_selected_by_index(console: Console) -> None:
    console.deliver(blocks=[choice(options=[option("0", text=words("a"))]), actions(button())])
    assert console.click(console.messages()[-1]["ts"], answers={"region": "0"}).status_code == 422


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
