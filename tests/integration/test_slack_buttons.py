"""Decisions by Slack buttons, end to end: the Slack simulator signs as Slack does."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lambdas.domain.slack.signature import signature
from local import loopback
from tests.integration.conftest import WEBHOOK_GROUP
from tests.local_stack import DeployedStage, Execution, eventually
from tests.story import story

pytestmark = WEBHOOK_GROUP

ANN, REQUESTER = "U045REVIEW", "U012ABCDEF"


@pytest.fixture
def dev(by_webhook: DeployedStage) -> DeployedStage:
    return by_webhook


def asked(stage: DeployedStage) -> tuple[Execution, str, dict[str, Any]]:
    execution, review_id = stage.ask()
    return execution, review_id, stage.message_with(review_id, '"type": "actions"')


def replaced(stage: DeployedStage, ts: str) -> str:
    [message] = [it for it in stage.messages() if it["ts"] == ts]
    return json.dumps(message, ensure_ascii=False)


def outcome(stage: DeployedStage, ts: str, headline: str) -> str:
    """Wait for the notifier to post the decision, and return the message."""

    def look() -> str:
        shown = replaced(stage, ts)
        return shown if headline in shown else ""

    return eventually(look, f"the message with {headline}")


def audit_entries_of(stage: DeployedStage, review_id: str) -> list[dict[str, str]]:
    client = stage.client("dynamodb")
    [table] = [it for it in client.list_tables()["TableNames"] if "audit-log" in it]
    return story(client, table, review_id)


def test_a_click_decides_and_identifies_the_reviewer(dev: DeployedStage) -> None:
    execution, review_id, message = asked(dev)

    answer = dev.click(message, "approve", ANN, reason="known customer")

    assert answer["status"] == 200
    review = execution.end()["output"]["review"]
    assert (review["decision"], review["reviewer"], review["reason"], review["via"]) == (
        "approved",
        ANN,
        "known customer",
        "slack",
    )
    shown = outcome(dev, message["ts"], f"*Approved* by <@{ANN}>")
    assert "known customer" in shown
    assert '"actions"' not in shown
    events = [(it["event"], it["person"]) for it in audit_entries_of(dev, review_id)]
    assert events[0] == ("review.requested", REQUESTER)
    assert ("review.notified", "") in events
    assert ("review.decided", ANN) in events


def test_a_rejection_by_button_requires_a_reason(dev: DeployedStage) -> None:
    execution, review_id, message = asked(dev)

    dev.click(message, "reject", ANN)

    assert execution.status() == "RUNNING"
    private = dev.message_with("Enter a reason to reject", ANN)
    assert private["ephemeral_to"] == ANN
    assert '"actions"' in replaced(dev, message["ts"])

    dev.click(message, "reject", ANN, reason="wrong month")

    ended = execution.end()
    assert (ended["error"], ended["cause"]) == ("ReviewRejected", "wrong month")
    assert dev.row(review_id)["reviewer"] == ANN


def test_a_click_without_a_required_answer_is_refused(
    dev: DeployedStage,
) -> None:
    question = {"name": "share", "label": "Share of traffic", "kind": "number", "required": True}
    execution, review_id = dev.ask_machine(questions=[question])
    message = dev.message_with(review_id, '"type": "actions"')

    unanswered = dev.click(message, "approve", ANN, reason="known customer")
    assert "No decision was made. Correct the message's fields" in json.dumps(unanswered)
    private = dev.message_with("You entered:", "Reason (required to reject): known customer")
    assert private["ephemeral_to"] == ANN
    assert dev.row_of(execution)["status"] == "PENDING"

    dev.click(message, "approve", ANN, answers={"share": "12.5"})

    output = execution.end()["output"]
    assert (output["reviewer"], output["answers"]) == (ANN, {"share": 12.5})
    shown = outcome(dev, message["ts"], "Approved")
    assert "Share of traffic" in shown
    assert "12.5" in shown
    ended = audit_entries_of(dev, output["review_id"])
    assert any("Share of traffic: 12.5" in entry["why"] for entry in ended)


@pytest.mark.parametrize("choice", ["\u23f1\ufe0f tonight", "eu-1   (3 nodes)", "2", "0"])
def test_a_choice_is_returned_exactly_as_sent(dev: DeployedStage, choice: str) -> None:
    choices = ["2", "\u23f1\ufe0f tonight", "eu-1   (3 nodes)", "e\u0301", "0"]
    question = {"name": "where", "label": "Where", "kind": "choice", "choices": choices}
    execution, review_id = dev.ask_machine(questions=[question])

    dev.click(
        dev.message_with(review_id, '"type": "actions"'), "approve", ANN, answers={"where": choice}
    )

    assert execution.end()["output"]["answers"] == {"where": choice}


def test_the_requester_is_refused_in_private(dev: DeployedStage) -> None:
    execution, review_id, message = asked(dev)

    answer = dev.click(message, "approve", REQUESTER)

    assert answer["status"] == 200
    assert (
        dev.message_with("You requested this; someone else must approve", REQUESTER)["ephemeral_to"]
        == REQUESTER
    )
    assert execution.status() == "RUNNING"
    assert '"actions"' in replaced(dev, message["ts"])
    # The request's message may be noted after the click.
    refused = [it for it in audit_entries_of(dev, review_id) if it["event"] == "review.refused"]
    assert [it["person"] for it in refused] == [REQUESTER]
    dev.click(message, "approve", ANN)
    assert execution.end()["status"] == "SUCCEEDED"


def test_twenty_simultaneous_clicks_make_one_decision(dev: DeployedStage) -> None:
    execution, review_id, message = asked(dev)

    def click(number: int) -> dict[str, Any]:
        return dev.click(message, "approve", f"U{number}PERSON")

    with ThreadPoolExecutor(10) as hands:
        answers = list(hands.map(click, range(20)))

    late = [answer for answer in answers if "status" not in answer]
    assert all("button" in answer["error"] for answer in late), "the outcome must have no buttons"
    assert {answer["status"] for answer in answers if answer not in late} == {200}
    decided = [it for it in audit_entries_of(dev, review_id) if it["event"] == "review.decided"]
    assert [it["person"] for it in decided] == [dev.row(review_id)["reviewer"]]
    assert execution.end()["output"]["review"]["reviewer"] == dev.row(review_id)["reviewer"]


def test_invalid_signatures_are_unauthorized(dev: DeployedStage) -> None:
    body, now = b"payload=%7B%7D", str(int(time.time()))
    foreign = signature(body, now, "the secret of another stage")
    headers: list[dict[str, Any]] = [
        {},
        {"x-slack-signature": "v0=" + "0" * 64, "x-slack-request-timestamp": "1531420618"},
        {"x-slack-signature": b"v0=\xe9\xff", "x-slack-request-timestamp": b"\xd9\xa0"},
        {"x-slack-signature": "v0=" + "a" * 8000, "x-slack-request-timestamp": "9" * 4000},
        {"x-slack-request-timestamp": "now"},
        {"x-slack-signature": foreign, "x-slack-request-timestamp": now},
    ]
    url = f"{dev.outputs['decision_api_url']}/slack/interactions"

    assert [loopback.post(url, data=body, headers=it).status_code for it in headers] == [401] * 6
