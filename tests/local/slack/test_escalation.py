"""A stage may have a second channel, to escalate to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.slack.conftest import Console, actions, button

if TYPE_CHECKING:
    from tests.local.slack.conftest import Clock, DecisionApi


@pytest.fixture
def louder(console: Console, clock: Clock, decision_api: DecisionApi) -> Console:
    """The Slack simulator with a channel for the escalations of dev."""
    dev, uat = console.channels
    return Console([dev, dev.escalation(), uat], clock, decision_api)


def test_it_is_named_after_the_stages_own(louder: Console) -> None:
    dev, escalation, _ = louder.channels
    assert (escalation.stage, escalation.name) == ("dev-escalation", "#signoff-dev-escalation")
    assert escalation.id != dev.id


def test_it_has_messages_faults_and_deliveries_of_its_own(louder: Console) -> None:
    louder.break_slack(status=500, times=1)
    answer = louder.post("/services/dev-escalation", json={"text": "nobody decided"})
    assert answer.text == "ok"
    assert [message["text"] for message in louder.messages("dev-escalation")] == ["nobody decided"]
    assert len(louder.deliveries("dev-escalation")) == 1
    assert louder.messages() == louder.deliveries() == []


def test_its_buttons_decide_in_the_same_stage(louder: Console, decision_api: DecisionApi) -> None:
    louder.post("/services/dev-escalation", json={"blocks": [actions(button())]})
    ts = louder.messages("dev-escalation")[0]["ts"]
    wanted = {"action_id": "approve", "user_id": "U1", "user_name": "ada"}
    answer = louder.post(f"/api/channels/dev-escalation/messages/{ts}/click", json=wanted)
    assert answer.json()["status"] == 200
    assert decision_api.requests[0].url == "http://decisions.test/$default/slack/interactions"
    assert decision_api.payloads[0]["channel"] == {
        "id": louder.channels[1].id,
        "name": "signoff-dev-escalation",
    }


def test_the_stages_bot_is_not_in_it(louder: Console) -> None:
    answer = louder.call("chat.postMessage", channel=louder.channels[1].id, text="a")
    assert answer["error"] == "channel_not_found"
    assert louder.call("chat.postMessage", text="a")["ok"]


def test_it_has_a_page_and_the_list_of_channels_leads_there(louder: Console) -> None:
    assert 'href="/channels/dev-escalation?' in louder.page("/")
    assert "Escalated reviews of stage dev<" in louder.page("/")
    assert "<h1>#signoff-dev-escalation</h1>" in louder.page("/channels/dev-escalation")
    assert "Escalated reviews of stage dev<" in louder.page("/channels/dev-escalation")
    assert "Reviews of stage dev<" in louder.page()
