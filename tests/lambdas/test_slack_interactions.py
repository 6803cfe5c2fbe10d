"""Slack's buttons: the function, on the embedded AWS, with a real HTTP server as Slack."""

import base64
import json
import time
import urllib.parse
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.shared.review.review import Review, Status
from lambdas.shared.slack.signature import signature
from tests.http_stub import Answer, Stub, http_stub
from tests.lambdas.conftest import NOW, World
from tests.lambdas.test_decision_api import FAR

SECRET = "a signing secret of a test"
ANN, BOB, KIM = "U1ANN", "U2BOB", "U012ABCDEF"  # Kim has requested the review
Load = Callable[..., Callable[..., dict[str, Any]]]


@pytest.fixture
def slack() -> Iterator[Stub]:
    with http_stub(Answer()) as stub:
        yield stub


@pytest.fixture
def door(world: World, load_handler: Callable[..., ModuleType]) -> Load:
    boto3.client("ssm").put_parameter(Name="secret", Value=SECRET, Type="SecureString")

    def load(**rules: str) -> Callable[..., dict[str, Any]]:
        environment = {
            "REVIEWS_TABLE": world.table,
            "RECORD_TABLE": world.record_table,
            "REVIEW_TOPIC_ARN": world.topic_arn,
            "SLACK_SIGNING_SECRET_PARAMETER": "secret",
            "REVIEWERS": "",
            "REQUIRED_APPROVALS": "1",
            "ALLOW_SELF_APPROVAL": "false",
            **rules,
        }
        return load_handler("slack_interactions", **environment).handle

    return load


def payload(review: Review, slack: Stub, **changes: Any) -> dict[str, Any]:
    action_id = changes.pop("action_id", "approve")
    reason = changes.pop("reason", "known customer")
    typed = {"reason": {"reason": {"type": "plain_text_input", "value": reason}}}
    return {
        "type": "block_actions",
        "user": {"id": changes.pop("user_id", ANN), "username": "ann"},
        "actions": [{"action_id": action_id, "block_id": "decide", "value": review.review_id}],
        "state": {"values": typed},
        "response_url": slack.url,
        **changes,
    }


def event(body: str, *, secret: str = SECRET, encoded: bool = False) -> dict[str, Any]:
    timestamp = str(int(time.time()))
    return {
        "rawPath": "/slack/interactions",
        "requestContext": {"http": {"method": "POST"}},
        "headers": {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(body.encode(), timestamp, secret),
        },
        "body": base64.b64encode(body.encode()).decode() if encoded else body,
        "isBase64Encoded": encoded,
    }


def click(review: Review, slack: Stub, *, encoded: bool = False, **changes: Any) -> dict[str, Any]:
    form = urllib.parse.urlencode({"payload": json.dumps(payload(review, slack, **changes))})
    return event(form, encoded=encoded)


def answered(slack: Stub) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in slack.asked]


@pytest.fixture
def review(world: World) -> Review:
    return world.waiting_review(deadline=FAR)


@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
def test_a_genuine_click_decides_and_the_message_becomes_the_outcome(
    world: World, door: Load, review: Review, slack: Stub, encoded: bool
) -> None:
    answer = door()(click(review, slack, encoded=encoded), None)

    assert answer["statusCode"] == 200
    row = world.store.get(review.review_id)
    assert (row.status, row.reviewer, row.reason) == (Status.APPROVED, ANN, "known customer")
    [message] = answered(slack)
    assert message["replace_original"] is True
    shown = json.dumps(message)
    for words in ("*Approved* by <@U1ANN>", "known customer", "<!date^", review.title):
        assert words in shown
    assert '"actions"' not in shown
    assert world.execution_output(review)["output"]["via"] == "slack"
    assert world.story(review)[-1] == (
        "review.decided",
        "slack",
        ANN,
        "approved: known customer",
    )


def test_slack_not_taking_the_outcome_does_not_undo_the_decision(
    world: World, door: Load, review: Review
) -> None:
    with http_stub(Answer(500)) as broken:
        answer = door()(click(review, broken), None)

    assert answer["statusCode"] == 200
    assert world.store.get(review.review_id).status is Status.APPROVED


@pytest.mark.parametrize(
    ("rules", "changes", "why"),
    [
        ({"REVIEWERS": f"{BOB},{KIM}"}, {}, "not among this stage's reviewers"),
        ({}, {"user_id": KIM}, "You requested this yourself"),
        ({}, {"action_id": "reject", "reason": ""}, "a rejection needs a reason"),
        ({}, {"action_id": "reject", "reason": None}, "a rejection needs a reason"),
        ({}, {"reason": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_click_that_may_not_decide_is_told_why_in_private(
    world: World,
    door: Load,
    review: Review,
    slack: Stub,
    rules: dict[str, str],
    changes: dict[str, Any],
    why: str,
) -> None:
    answer = door(**rules)(click(review, slack, **changes), None)

    assert answer["statusCode"] == 200
    [message] = answered(slack)
    assert (message["response_type"], message["replace_original"]) == ("ephemeral", False)
    assert why in message["text"]
    assert why in json.loads(answer["body"])["error"]
    assert world.store.get(review.review_id).status is Status.PENDING


def test_whoever_comes_second_reads_who_was_first(
    world: World, door: Load, review: Review, slack: Stub
) -> None:
    handle = door()
    handle(click(review, slack), None)

    handle(click(review, slack, user_id=BOB, action_id="reject"), None)

    assert answered(slack)[-1]["text"] == "This review was already approved by <@U1ANN>."


def test_one_of_two_approvals_shows_in_the_message_and_the_buttons_stay(
    world: World, door: Load, review: Review, slack: Stub
) -> None:
    handle = door(REQUIRED_APPROVALS="2")

    handle(click(review, slack), None)

    [message] = answered(slack)
    shown = json.dumps(message)
    assert message["replace_original"] is True
    assert "1 of 2 approvals: <@U1ANN>" in shown
    assert '"value": "' + review.review_id in shown
    assert world.store.get(review.review_id).status is Status.PENDING

    handle(click(review, slack, user_id=BOB), None)

    assert world.store.get(review.review_id).status is Status.APPROVED
    assert "*Approved* by <@U2BOB>" in json.dumps(answered(slack)[-1])


def test_a_thousand_replays_of_one_click_decide_once(
    world: World, door: Load, review: Review, slack: Stub
) -> None:
    handle, genuine = door(), click(review, slack)

    statuses = {handle(genuine, None)["statusCode"] for _ in range(1000)}

    assert statuses == {200}
    decided = [entry for entry in world.story(review) if entry[0] == "review.decided"]
    assert len(decided) == 1
    assert [it["event"] for it in world.announced()] == ["review.decided"]
    outcomes = [it for it in answered(slack) if it["replace_original"]]
    assert len(outcomes) == 1


def test_another_stages_secret_opens_nothing(
    world: World, door: Load, review: Review, slack: Stub
) -> None:
    body = urllib.parse.urlencode({"payload": json.dumps(payload(review, slack))})

    answer = door()(event(body, secret="the secret of dev"), None)

    assert answer["statusCode"] == 401
    assert world.store.get(review.review_id).status is Status.PENDING
    assert slack.asked == []


def test_a_review_of_another_stage_is_unknown(door: Load, slack: Stub, review: Review) -> None:
    from dataclasses import replace

    answer = door()(click(replace(review, review_id="f" * 32), slack), None)

    assert json.loads(answer["body"])["error"].startswith("There is no such review")


@pytest.mark.parametrize(
    "hostile",
    [
        {},
        {"headers": None, "body": None},
        {"headers": {"x-slack-signature": "é", "x-slack-request-timestamp": "é"}, "body": "é"},
        {"headers": {}, "body": "%%%", "isBase64Encoded": True},
        {"headers": {"X-SLACK-SIGNATURE": "v0=" + "0" * 64}, "body": "payload={}"},
    ],
)
def test_what_is_not_slacks_is_401(door: Load, hostile: dict[str, Any]) -> None:
    assert door()(hostile, None)["statusCode"] == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("payload=", 400),
        ("payload=[]", 400),
        ("payload=" + "[" * 5000, 400),
        ("payload={}", 200),
        ("other=1", 400),
        ('payload={"type":"block_actions"}', 200),
        ('payload={"type":"block_actions","actions":[]}', 200),
        ('payload={"type":"block_actions","actions":["x"]}', 400),
        ('payload={"type":"block_actions","actions":[{"action_id":"approve"}]}', 200),
        ('payload={"type":"block_actions","actions":[{"action_id":"x","value":"y"}]}', 200),
        ('payload={"type":"block_actions","actions":[{"action_id":"approve","value":1}]}', 400),
        ('payload={"type":"view_submission"}', 200),
        ("&".join(f"a{number}=1" for number in range(50)), 400),
    ],
)
def test_a_signed_request_that_is_no_click_decides_nothing(
    door: Load, slack: Stub, body: str, status: int
) -> None:
    assert door()(event(body), None)["statusCode"] == status
    assert slack.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/hook",
        "https://hooks.slack.com.evil.example/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
def test_an_answer_goes_to_slack_only(
    world: World, door: Load, review: Review, slack: Stub, address: str
) -> None:
    answer = door()(click(review, slack, response_url=address), None)

    assert answer["statusCode"] == 200
    assert slack.asked == []
    assert world.store.get(review.review_id).status is Status.APPROVED


def test_an_aws_that_does_not_answer_is_told_in_private(
    world: World, door: Load, review: Review, slack: Stub
) -> None:
    handle = door()
    boto3.client("dynamodb").delete_table(TableName=world.table)

    answer = handle(click(review, slack), None)

    assert answer["statusCode"] == 200
    assert "AWS did not answer" in answered(slack)[0]["text"]


def test_without_its_secret_it_lets_nobody_in(
    world: World, door: Load, review: Review, slack: Stub
) -> None:
    handle = door()
    boto3.client("ssm").delete_parameter(Name="secret")

    assert handle(click(review, slack), None)["statusCode"] == 503
    assert world.store.get(review.review_id).status is Status.PENDING


def test_a_decision_by_button_costs_four_aws_calls(
    world: World, door: Load, review: Review, slack: Stub, aws_calls: list[str]
) -> None:
    handle = door()
    handle(event("payload={}"), None)  # reads the secret
    aws_calls.clear()

    handle(click(review, slack), None)

    assert aws_calls == ["UpdateItem", "SendTaskSuccess", "Publish", "ExecuteTransaction"]
    assert review.deadline > NOW
