"""`/signoff`, typed into a channel: sent as by Slack, with a private reply."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from local.slack.interactions.request_url import AppResponse
from tests.local.slack.conftest import SECRET, actions, button, section

if TYPE_CHECKING:
    from requests import Response

    from tests.local.slack.conftest import Clock, Console, DecisionApi

ADA = "U045REVIEW"
JSON_TYPE = "application/json; charset=utf-8"


def type_in(console: Console, text: str = "pending", **body: Any) -> Response:
    wanted = {"text": text, "user_id": ADA, "user_name": "ada", **body}
    return console.post("/api/channels/dev/command", json=wanted)


def reply_with(decision_api: DecisionApi, **message: Any) -> None:
    answer = AppResponse(status=200, body=json.dumps(message), content_type=JSON_TYPE)
    decision_api.answer = lambda: answer


def test_a_command_is_sent_to_the_decision_api_as_slacks_form(
    console: Console, decision_api: DecisionApi
) -> None:
    reply_with(decision_api, text="No pending reviews")
    answer = type_in(console, "show  0123abcd & more")
    assert answer.json() == {"status": 200, "body": '{"text": "No pending reviews"}'}
    [sent] = decision_api.requests
    assert sent.url == "http://decisions.test/$default/slack/commands"
    form = {name: values[0] for name, values in parse_qs(sent.body.decode()).items()}
    assert form.pop("response_url").startswith("http://127.0.0.1:8065/responses/")
    assert form.pop("trigger_id")
    assert form == {
        "token": "deprecated",
        "team_id": "T0SIGNOFF",
        "team_domain": "signoff-local",
        "channel_id": "C012ABCDEF",
        "channel_name": "signoff-dev",
        "user_id": ADA,
        "user_name": "ada",
        "command": "/signoff",
        "text": "show  0123abcd & more",
        "api_app_id": "A0SIGNOFF",
        "is_enterprise_install": "false",
    }


def test_a_command_is_signed_with_the_channels_secret(
    console: Console, decision_api: DecisionApi
) -> None:
    type_in(console)
    [sent] = decision_api.requests
    base = b"v0:1795356000:" + sent.body
    expected = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    assert sent.headers["X-Slack-Signature"] == expected
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("response_type", "seen_by"), [({}, ADA), ({"response_type": "x"}, ADA)])
def test_a_reply_is_ephemeral_by_default(
    console: Console, decision_api: DecisionApi, response_type: dict[str, str], seen_by: str
) -> None:
    reply_with(decision_api, text="two wait", blocks=[section("*two* wait")], **response_type)
    type_in(console)
    [message] = console.messages()
    assert (message["text"], message["ephemeral_to"]) == ("two wait", seen_by)
    assert "<strong>two</strong> wait" in console.page(f"/channels/dev?as={ADA}")
    assert "<strong>two</strong> wait" not in console.page("/channels/dev?as=U067SECOND")


def test_an_in_channel_reply_is_visible_to_all(console: Console, decision_api: DecisionApi) -> None:
    reply_with(decision_api, text="two wait", response_type="in_channel")
    type_in(console)
    assert "ephemeral_to" not in console.messages()[0]


def test_a_reply_can_be_plain_text_or_empty(console: Console, decision_api: DecisionApi) -> None:
    type_in(console)
    assert console.messages()[0]["text"] == "taken"
    decision_api.answer = lambda: AppResponse(status=200, body="")
    type_in(console)
    assert len(console.messages()) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (AppResponse(status=401, body="{}"), "http_client_error"),
        (AppResponse(status=204, body=""), "http_client_error"),
        (AppResponse(status=500, body="{}"), "http_service_error"),
        (AppResponse(status=502, body=""), "dispatch_failed"),
        (AppResponse(status=504, body=""), "operation_timeout"),
        (AppResponse(status=200, body="[]", content_type=JSON_TYPE), "invalid_command_response"),
        (AppResponse(status=200, body="{}", content_type=JSON_TYPE), "no_text"),
        (
            AppResponse(
                status=200,
                body=json.dumps({"blocks": [actions(button(style="loud"))]}),
                content_type=JSON_TYPE,
            ),
            "invalid_blocks",
        ),
    ],
)
def test_a_failed_command_is_reported_by_slackbot(
    console: Console, decision_api: DecisionApi, answer: AppResponse, error: str
) -> None:
    decision_api.answer = lambda: answer
    assert type_in(console).json()["status"] == answer.status
    [message] = console.messages()
    assert message["text"] == f'/signoff failed with the error "{error}"'
    assert (message["user"], message["ephemeral_to"]) == ("USLACKBOT", ADA)


def test_a_reply_after_slacks_time_limit_is_reported(
    console: Console, decision_api: DecisionApi, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def delay() -> AppResponse:
        clock.now += 4
        return AppResponse(status=200, body="at last")

    decision_api.answer = delay
    type_in(console)
    assert "at last" in console.page()
    assert "This took 4.0 s. Slack would have shown operation_timeout" in console.page()
    assert "after 4.0 s" in caplog.text


def test_a_reply_can_be_replaced_through_its_response_url(
    console: Console, decision_api: DecisionApi
) -> None:
    type_in(console)
    address = parse_qs(decision_api.requests[0].body.decode())["response_url"][0]
    more = {"text": "and one more", "replace_original": True}
    assert console.post(address, json=more).text == "ok"
    assert console.post(address, json={"delete_original": True}).text == "ok"
    assert [it["text"] for it in console.messages()] == ["taken", "and one more"]
    assert {it["ephemeral_to"] for it in console.messages()} == {ADA}


def test_a_channel_without_a_signing_secret_has_no_command(
    console: Console, decision_api: DecisionApi
) -> None:
    console.channels[0].signing_secret = None
    answer = type_in(console)
    assert answer.status_code == 409
    assert "slackSigningSecret" in answer.json()["error"]
    assert decision_api.requests == []


@pytest.mark.parametrize(
    "wrong", [{"text": 5}, {"user_id": ""}, {"user_name": None}, {"text": "a" * 100_001}, {"b": 1}]
)
def test_an_invalid_command_is_refused(
    console: Console, decision_api: DecisionApi, wrong: dict[str, Any]
) -> None:
    assert type_in(console, **wrong).status_code == 422
    assert decision_api.requests == []


def test_a_command_on_the_channels_page_is_sent_as_its_viewer(
    console: Console, decision_api: DecisionApi
) -> None:
    page = console.page("/channels/dev?as=U067SECOND")
    assert 'action="/channels/dev/command"' in page
    assert 'name="text"' in page
    form = {"as": "U067SECOND", "text": " show 0123abcd "}
    answer = console.post("/channels/dev/command", data=form)
    [message] = console.messages()
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/channels/dev?as=U067SECOND#m{message['ts']}"
    sent = parse_qs(decision_api.requests[0].body.decode())
    assert (sent["text"], sent["user_id"]) == (["show 0123abcd"], ["U067SECOND"])


def test_the_page_has_no_field_for_commands_without_a_signing_secret(console: Console) -> None:
    assert 'for="command"' in console.page()
    console.channels[0].signing_secret = None
    page = console.page()
    assert "/signoff" not in page
    console.post("/channels/dev/command", data={"text": "help"})
    assert "Set slackSigningSecret" in console.page()
