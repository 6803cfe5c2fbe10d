"""A stage can have a second channel for escalations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.slack.conftest import Console, actions, button

if TYPE_CHECKING:
    from tests.local.slack.conftest import Clock, DecisionApi


@pytest.fixture
def escalating(console: Console, clock: Clock, decision_api: DecisionApi) -> Console:
    """The Slack simulator with an escalation channel for dev."""
    dev, uat = console.channels
    return Console([dev, dev.escalation(), uat], clock, decision_api)


def test_it_is_named_after_the_stages_channel(escalating: Console) -> None:
    dev, escalation, _ = escalating.channels
    assert (escalation.stage, escalation.name) == ("dev-escalation", "#signoff-dev-escalation")
    assert escalation.id != dev.id


def test_it_has_its_own_messages_faults_and_deliveries(escalating: Console) -> None:
    escalating.break_slack(status=500, times=1)
    answer = escalating.post("/services/dev-escalation", json={"text": "no decision yet"})
    assert answer.text == "ok"
    assert [message["text"] for message in escalating.messages("dev-escalation")] == [
        "no decision yet"
    ]
    assert len(escalating.deliveries("dev-escalation")) == 1
    assert escalating.messages() == escalating.deliveries() == []


def test_its_buttons_decide_in_the_same_stage(
    escalating: Console, decision_api: DecisionApi
) -> None:
    escalating.post("/services/dev-escalation", json={"blocks": [actions(button())]})
    ts = escalating.messages("dev-escalation")[0]["ts"]
    wanted = {"action_id": "approve", "user_id": "U1", "user_name": "ada"}
    answer = escalating.post(f"/api/channels/dev-escalation/messages/{ts}/click", json=wanted)
    assert answer.json()["status"] == 200
    assert decision_api.requests[0].url == "http://decisions.test/$default/slack/interactions"
    assert decision_api.payloads[0]["channel"] == {
        "id": escalating.channels[1].id,
        "name": "signoff-dev-escalation",
    }


def test_the_stages_bot_is_not_in_it(escalating: Console) -> None:
    answer = escalating.call("chat.postMessage", channel=escalating.channels[1].id, text="a")
    assert answer["error"] == "channel_not_found"
    assert escalating.call("chat.postMessage", text="a")["ok"]


def test_it_has_a_page_in_the_list_of_channels(escalating: Console) -> None:
    assert 'href="/channels/dev-escalation?' in escalating.page("/")
    assert "Escalated reviews of stage dev<" in escalating.page("/")
    assert "<h1>#signoff-dev-escalation</h1>" in escalating.page("/channels/dev-escalation")
    assert "Escalated reviews of stage dev<" in escalating.page("/channels/dev-escalation")
    assert "Reviews of stage dev<" in escalating.page()
