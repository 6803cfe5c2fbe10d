"""Decisions by Slack's buttons, end to end: the stand-in signs as Slack does."""

import json
import time
import urllib.parse
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lambdas.shared.slack.signature import signature
from local import loopback
from tests.integration.test_review_machine import asked as asked_by_machine
from tests.laptop import BOT, SIGNING_SECRET, DeployedStage, Execution, eventually, running_laptop
from tests.story import story

pytestmark = pytest.mark.xdist_group("buttons")

ANN, BOB, REQUESTER = "U045REVIEW", "U067SECOND", "U012AB"
Deploy = Callable[..., DeployedStage]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, DeployedStage]]:
    folder = tmp_path_factory.mktemp("laptop")
    arguments = ("--stage", "dev", "prod", "--config", SIGNING_SECRET)
    with running_laptop(folder, *arguments) as deployed:
        yield deployed


@pytest.fixture
def dev(stages: dict[str, DeployedStage]) -> DeployedStage:
    return stages["dev"]


def asked(stage: DeployedStage) -> tuple[Execution, str, dict[str, Any]]:
    execution, review_id = stage.ask()
    return execution, review_id, stage.message_with(review_id, '"type": "actions"')


def replaced(stage: DeployedStage, ts: str) -> str:
    [message] = [it for it in stage.messages() if it["ts"] == ts]
    return json.dumps(message, ensure_ascii=False)


def outcome(stage: DeployedStage, ts: str, headline: str) -> str:
    """What a message becomes once the notifier has heard of the decision."""

    def look() -> str:
        shown = replaced(stage, ts)
        return shown if headline in shown else ""

    return eventually(look, f"the message saying {headline}")


def record_of(stage: DeployedStage, review_id: str) -> list[dict[str, str]]:
    client = stage.client("dynamodb")
    [table] = [it for it in client.list_tables()["TableNames"] if "record" in it]
    return story(client, table, review_id)


def test_a_click_decides_and_says_who(dev: DeployedStage) -> None:
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
    events = [(it["event"], it["person"]) for it in record_of(dev, review_id)]
    assert events[0] == ("review.requested", REQUESTER)
    assert ("review.notified", "") in events
    assert ("review.decided", ANN) in events


def test_a_rejection_by_click_needs_its_reason(dev: DeployedStage) -> None:
    execution, review_id, message = asked(dev)

    dev.click(message, "reject", ANN)

    assert execution.status() == "RUNNING"
    private = dev.message_with("a rejection needs a reason")
    assert private["ephemeral_to"] == ANN
    assert '"actions"' in replaced(dev, message["ts"])

    dev.click(message, "reject", ANN, reason="wrong month")

    ended = execution.end()
    assert (ended["error"], ended["cause"]) == ("ReviewRejected", "wrong month")
    assert dev.row(review_id)["reviewer"] == ANN


def test_a_question_is_answered_with_the_press_and_nothing_is_decided_before(
    dev: DeployedStage,
) -> None:
    question = {"name": "share", "label": "Share of traffic", "kind": "number", "required": True}
    execution, title = asked_by_machine(dev, questions=[question])
    message = dev.message_with(title, '"type": "actions"')

    unanswered = dev.click(message, "approve", ANN)
    assert "Answer this first: Share of traffic" in json.dumps(unanswered)
    assert dev.row_of(execution)["status"] == "PENDING"

    dev.click(message, "approve", ANN, answers={"share": "12.5"})

    output = execution.end()["output"]
    assert (output["reviewer"], output["answers"]) == (ANN, {"share": 12.5})
    shown = outcome(dev, message["ts"], "Approved")
    assert "Share of traffic" in shown
    assert "12.5" in shown
    ended = record_of(dev, output["review_id"])
    assert any("Share of traffic: 12.5" in entry["why"] for entry in ended)


def test_the_requester_is_refused_in_private(dev: DeployedStage) -> None:
    execution, review_id, message = asked(dev)

    answer = dev.click(message, "approve", REQUESTER)

    assert answer["status"] == 200
    assert dev.message_with("You requested this yourself")["ephemeral_to"] == REQUESTER
    assert execution.status() == "RUNNING"
    assert '"actions"' in replaced(dev, message["ts"])
    refused = record_of(dev, review_id)[-1]
    assert (refused["event"], refused["person"]) == ("review.refused", REQUESTER)
    dev.click(message, "approve", ANN)
    assert execution.end()["status"] == "SUCCEEDED"


def test_twenty_clicks_at_once_are_one_decision(dev: DeployedStage) -> None:
    execution, review_id, message = asked(dev)

    def click(number: int) -> dict[str, Any]:
        return dev.click(message, "approve", f"U{number}PERSON")

    with ThreadPoolExecutor(10) as hands:
        answers = list(hands.map(click, range(20)))

    late = [answer for answer in answers if "status" not in answer]
    assert all("button" in answer["error"] for answer in late), "the outcome has no buttons"
    assert {answer["status"] for answer in answers if answer not in late} == {200}
    decided = [it for it in record_of(dev, review_id) if it["event"] == "review.decided"]
    assert [it["person"] for it in decided] == [dev.row(review_id)["reviewer"]]
    assert execution.end()["output"]["review"]["reviewer"] == dev.row(review_id)["reviewer"]


def test_devs_review_and_devs_signature_open_nothing_in_prod(
    stages: dict[str, DeployedStage],
) -> None:
    dev, prod = stages["dev"], stages["prod"]
    execution, review_id, _ = asked(dev)
    payload = {
        "type": "block_actions",
        "user": {"id": ANN},
        "actions": [{"action_id": "approve", "value": review_id}],
    }
    body = urllib.parse.urlencode({"payload": json.dumps(payload)})
    timestamp = str(int(time.time()))

    answer = loopback.post(
        f"{prod.outputs['decision_api_url']}/slack/interactions",
        data=body,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(body.encode(), timestamp, "the secret of dev"),
        },
    )

    assert answer.status_code == 401
    assert prod.post("approve", review_id).status_code == 404
    assert dev.row(review_id)["status"] == "PENDING"
    assert execution.status() == "RUNNING"


HEADERS: list[dict[str, str | bytes]] = [
    {},
    {"x-slack-signature": "v0=" + "0" * 64, "x-slack-request-timestamp": "1531420618"},
    {"x-slack-signature": b"v0=\xe9\xff", "x-slack-request-timestamp": b"\xd9\xa0"},
    {"x-slack-signature": "v0=" + "a" * 8000, "x-slack-request-timestamp": "9" * 4000},
    {"x-slack-request-timestamp": "now"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=range(len(HEADERS)))
def test_hostile_headers_are_401(dev: DeployedStage, headers: dict[str, Any]) -> None:
    answer = loopback.post(
        f"{dev.outputs['decision_api_url']}/slack/interactions",
        data=b"payload=%7B%7D",
        headers=headers,
    )

    assert answer.status_code == 401


def test_a_quorum_takes_two_people_and_no_links(dev_with: Deploy) -> None:
    dev = dev_with(SIGNING_SECRET, "requiredApprovals=2")
    execution, review_id, message = asked(dev)
    assert "0 of 2 approvals" in json.dumps(message)

    assert dev.get("approve", review_id).status_code == 200
    assert dev.post("approve", review_id).status_code == 403
    dev.click(message, "approve", ANN)
    dev.click(message, "approve", ANN)
    assert f"*1 of 2 approvals*: <@{ANN}>" in replaced(dev, message["ts"])
    assert execution.status() == "RUNNING"

    dev.click(message, "approve", BOB)

    assert execution.end()["output"]["review"]["reviewer"] == BOB
    assert outcome(dev, message["ts"], f"*Approved* by <@{BOB}>")


def test_only_the_reviewers_on_the_list_decide(dev_with: Deploy) -> None:
    dev = dev_with(SIGNING_SECRET, f'reviewers=["{ANN}"]', "requireVerifiedReviewer=true")
    execution, review_id, message = asked(dev)

    dev.click(message, "approve", BOB)

    assert dev.message_with("not among this stage's reviewers")["ephemeral_to"] == BOB
    assert dev.post("reject", review_id, "by link").status_code == 403
    assert execution.status() == "RUNNING"
    dev.click(message, "approve", ANN)
    assert execution.end()["status"] == "SUCCEEDED"


def test_where_a_bot_may_ask_the_row_names_who_requested_and_who_decided(dev_with: Deploy) -> None:
    dev = dev_with(SIGNING_SECRET, *BOT)
    execution, review_id = dev.ask(requested_by="U012ABCDEF")
    eventually(lambda: dev.row(review_id)["requested_by_name"], "the requester's name")

    dev.click(dev.message_with(review_id, '"type": "actions"'), "approve", ANN)

    assert execution.end()["status"] == "SUCCEEDED"
    row = dev.row(review_id)
    assert (row["requested_by_name"], row["reviewer_name"]) == ("Kim Reyes", ANN)
