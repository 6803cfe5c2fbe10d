from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.slack.conftest import ADDRESS, section

if TYPE_CHECKING:
    from tests.local.slack.conftest import Clock, Console, DecisionApi


@pytest.fixture
def response_url(console: Console, decision_api: DecisionApi, review: str) -> str:
    console.click(review)
    url = decision_api.payloads[0]["response_url"]
    assert url.startswith(f"{ADDRESS}/responses/")
    return url


def test_a_response_can_replace_the_clicked_message(
    console: Console, response_url: str, review: str
) -> None:
    body = {"replace_original": True, "text": "Approved", "blocks": [section("*Approved*")]}
    answer = console.post(response_url, json=body)
    assert (answer.status_code, answer.text) == (200, "ok")
    (message,) = console.messages()
    assert (message["ts"], message["text"]) == (review, "Approved")
    assert message["blocks"][0]["text"]["text"] == "*Approved*"
    assert message["edited"]


def test_a_flag_can_be_a_string_as_in_slacks_documentation(
    console: Console, response_url: str
) -> None:
    console.post(response_url, json={"replace_original": "true", "text": "Approved"})
    assert [message["text"] for message in console.messages()] == ["Approved"]


@pytest.mark.parametrize("kind", [{"response_type": "ephemeral"}, {}])
def test_a_response_is_ephemeral_by_default(
    console: Console, response_url: str, kind: dict[str, str]
) -> None:
    console.post(response_url, json={"text": "Already decided", **kind})
    assert console.messages()[1]["ephemeral_to"] == "U045REVIEW"
    assert "Already decided" in console.page("/channels/dev?as=U045REVIEW")
    assert "Already decided" not in console.page("/channels/dev?as=U067SECOND")


def test_a_response_can_be_posted_to_the_channel(console: Console, response_url: str) -> None:
    console.post(response_url, json={"text": "Noted", "response_type": "in_channel"})
    assert "ephemeral_to" not in console.messages()[1]


def test_a_response_can_delete_the_clicked_message(console: Console, response_url: str) -> None:
    console.post(response_url, json={"delete_original": True})
    assert console.messages() == []
    late = console.post(response_url, json={"replace_original": True, "text": "a"})
    assert late.status_code == 404


def test_five_responses_are_allowed(console: Console, response_url: str) -> None:
    answers = [console.post(response_url, json={"text": "a"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].text == "used_url"


def test_a_response_url_expires_after_half_an_hour(
    console: Console, clock: Clock, response_url: str
) -> None:
    clock.now += 1799
    assert console.post(response_url, json={"text": "a"}).status_code == 200
    clock.now += 1
    answer = console.post(response_url, json={"text": "a"})
    assert (answer.status_code, answer.text) == (404, "expired_url")


def test_a_refused_response_does_not_count(console: Console, response_url: str) -> None:
    for _ in range(6):
        answer = console.post(response_url, json={"blocks": [section("")]})
        assert (answer.status_code, answer.text) == (400, "invalid_blocks")
    assert console.post(response_url, json={"text": "a"}).status_code == 200


def test_an_unknown_response_url_is_refused(console: Console) -> None:
    assert console.post("/responses/guess", json={"text": "a"}).status_code == 404


def test_each_click_has_its_own_response_url(
    console: Console, decision_api: DecisionApi, review: str
) -> None:
    console.click(review)
    console.click(review)
    first, second = decision_api.payloads
    assert first["response_url"] != second["response_url"]
