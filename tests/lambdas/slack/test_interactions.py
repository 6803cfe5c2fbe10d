"""The function for Slack buttons, on the embedded AWS, with an HTTP server as Slack."""

import html
import json
import urllib.parse
from dataclasses import replace
from typing import Any

import boto3
import pytest

from lambdas.domain.review.review import Review, Status
from tests.http_stub import Answer, Stub, http_stub
from tests.lambdas.conftest import World
from tests.lambdas.slack import clicks
from tests.lambdas.slack.clicks import (
    ANN,
    BOB,
    FAR,
    KIM,
    TEAM,
    Load,
    answered,
    chosen,
    click,
    event,
    payload,
    typed,
)
from tests.lambdas.slack.messages import QUESTIONS, slack_message, texts

endpoint, review, slack = clicks.endpoint, clicks.review, clicks.slack

DECISION = ["UpdateItem", "SendTaskSuccess", "Publish", "ExecuteTransaction"]


@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "base64"])
def test_a_genuine_click_decides(
    world: World, endpoint: Load, review: Review, slack: Stub, encoded: bool
) -> None:
    answer = endpoint()(click(review, slack, encoded=encoded), None)

    assert answer["statusCode"] == 200
    row = world.store.get(review.review_id)
    assert (row.status, row.reviewer, row.reason) == (Status.APPROVED, "ann", "known customer")
    assert world.execution_output(review)["output"]["via"] == "slack"
    assert world.story(review)[-1] == (
        "review.decided",
        "slack",
        "ann",
        "approved: known customer",
    )


def test_a_cold_start_reads_the_secret_and_a_decision_makes_four_calls_and_none_to_slack(
    world: World, endpoint: Load, review: Review, slack: Stub, aws_calls: list[str]
) -> None:
    aws_calls.clear()
    handle = endpoint()
    assert aws_calls == ["GetParameter"]
    aws_calls.clear()

    handle(click(review, slack), None)

    assert aws_calls == DECISION
    assert slack.asked == [], "the notifier replaces the message"


def test_the_row_has_the_response_url_for_the_message(
    world: World, endpoint: Load, review: Review, slack: Stub
) -> None:
    endpoint()(click(review, slack), None)

    row = boto3.client("dynamodb").get_item(
        TableName=world.table, Key={"review_id": {"S": review.review_id}}
    )
    assert row.get("Item", {})["response_url"] == {"S": slack.url}


def test_a_secret_that_could_not_be_read_at_the_start_is_read_at_the_first_click(
    world: World, endpoint: Load, review: Review, slack: Stub, aws_calls: list[str]
) -> None:
    handle = endpoint(SLACK_SIGNING_SECRET_PARAMETER="later")
    assert handle(click(review, slack), None)["statusCode"] == 503
    boto3.client("ssm").put_parameter(Name="later", Value=clicks.SECRET, Type="SecureString")
    aws_calls.clear()

    assert handle(click(review, slack), None)["statusCode"] == 200

    assert aws_calls == ["GetParameter", *DECISION]


@pytest.mark.parametrize(
    ("rules", "changes", "why"),
    [
        ({"reviewers": (BOB, KIM)}, {}, "not a reviewer of this stage"),
        ({}, {"user_id": KIM}, "You requested this; someone else must approve"),
        ({}, {"action_id": "reject", "reason": ""}, "Enter a reason to reject"),
        ({}, {"action_id": "reject", "reason": None}, "Enter a reason to reject"),
        ({}, {"reason": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_refused_click_gets_a_private_reply_with_the_reason(
    world: World,
    endpoint: Load,
    review: Review,
    slack: Stub,
    rules: dict[str, Any],
    changes: dict[str, Any],
    why: str,
) -> None:
    answer = endpoint(**rules)(click(review, slack, **changes), None)

    assert answer["statusCode"] == 200
    [message] = answered(slack)
    assert (message["response_type"], message["replace_original"]) == ("ephemeral", False)
    assert why in message["text"]
    assert why in json.loads(answer["body"])["error"]
    assert world.store.get(review.review_id).status is Status.PENDING


def test_the_reply_to_a_refused_click_has_the_entered_values_and_the_fix(
    world: World, endpoint: Load, slack: Stub
) -> None:
    review = world.waiting_review(deadline=FAR, questions=QUESTIONS)
    values = {**typed("share", "12,5"), **chosen("region", "1"), **typed("watch", None)}
    message = slack_message(review=review, buttons=True)

    endpoint()(
        click(review, slack, values=values, message=message, reason="a < b"),
        None,
    )

    [reply] = answered(slack)
    problem, title, entered = texts(reply)
    assert problem.endswith(
        "\nNo decision was made. Correct the message's fields and select Approve again."
    )
    assert title == review.title
    assert html.unescape(entered).splitlines() == [
        "You entered:",
        "Share of traffic: 12,5",
        "Region: what 1 is called",
        "Reason (required to reject): a < b",
    ]


UNREADABLE: list[Any] = [
    None,
    [],
    {"blocks": None},
    {"blocks": [None, "x", {}, {"type": "header"}, {"type": "input"}]},
    {"blocks": [{"type": "input", "block_id": [], "element": {"action_id": {}}}]},
    {"blocks": [{"type": "input", "block_id": "reason", "element": "x", "label": []}]},
]


@pytest.mark.parametrize("message", UNREADABLE)
def test_a_refused_click_without_a_readable_message_gets_the_problem_alone(
    endpoint: Load, review: Review, slack: Stub, message: Any
) -> None:
    endpoint()(click(review, slack, action_id="reject", reason="", message=message), None)

    [reply] = answered(slack)
    assert len(reply["blocks"]) == 1
    assert reply["text"].endswith("select Reject again.")


def test_a_person_who_may_not_decide_is_not_asked_to_correct_anything(
    endpoint: Load, review: Review, slack: Stub
) -> None:
    message = slack_message(review=review, buttons=True)

    endpoint()(click(review, slack, user_id=KIM, message=message), None)

    [reply] = answered(slack)
    problem, title = texts(reply)
    assert problem.endswith("\nNo decision was made.")
    assert title == review.title


FILLED = {
    **typed("share", "12.5"),
    **chosen("region", "1"),
    **chosen("informed", "no", "radio_buttons"),
    **typed("watch", None),
}


def test_the_answers_in_a_message_are_sent_with_the_click(
    world: World, endpoint: Load, slack: Stub
) -> None:
    review = world.waiting_review(deadline=FAR, questions=QUESTIONS)

    answer = endpoint()(click(review, slack, values=FILLED), None)

    assert json.loads(answer["body"])["status"] == "APPROVED"
    answers = {"share": 12.5, "region": "us <3", "informed": False}
    assert world.store.get(review.review_id).answers == answers
    assert world.execution_output(review)["output"]["answers"] == answers
    assert slack.asked == []


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "Answer required: Share of traffic"),
        (FILLED | typed("share", ""), "Answer required: Share of traffic"),
        (FILLED | typed("share", None), "Answer required: Share of traffic"),
        (
            FILLED | chosen("informed", None, "radio_buttons"),
            "Answer required: Is support informed?",
        ),
        (FILLED | typed("share", "12,5"), "Share of traffic: enter a number"),
        (FILLED | chosen("region", "us <3"), "Region: choose one of eu, us <3."),
        (FILLED | chosen("region", "2"), "Region: choose one of eu, us <3."),
        (FILLED | chosen("informed", "maybe"), "Is support informed?: answer yes or no."),
        (FILLED | typed("watch", "x" * 501), "What to watch?: the answer must be at most 500"),
        (FILLED | {"answer_share": "12"}, "Answer required: Share of traffic"),
        (FILLED | {"answer_share": {"share": ["12"]}}, "Answer required: Share of traffic"),
        (
            FILLED | {"answer_informed": {"informed": {"selected_option": "no"}}},
            "Answer required: Is",
        ),
    ],
)
def test_missing_and_invalid_answers_are_reported_in_private(
    world: World, endpoint: Load, slack: Stub, values: dict[str, Any], why: str
) -> None:
    review = world.waiting_review(deadline=FAR, questions=QUESTIONS)

    answer = endpoint()(click(review, slack, values=values), None)

    assert answer["statusCode"] == 200
    [message] = answered(slack)
    assert (message["response_type"], message["replace_original"]) == ("ephemeral", False)
    assert html.unescape(message["text"]).startswith(why)
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("ann", "ann"),
        (" A\u202en\nn ", "An n"),
        ("n" * 81, "n" * 80),
        ("\u200b", ANN),
        (None, ANN),
        (7, ANN),
    ],
)
def test_the_row_has_the_reviewers_slack_name(
    world: World, endpoint: Load, review: Review, slack: Stub, name: Any, known: str
) -> None:
    endpoint()(click(review, slack, user_name=name), None)

    row = world.store.get(review.review_id)
    assert (row.reviewer_key, row.reviewer) == (f"{TEAM}/{ANN}", known)


def test_a_second_click_shows_who_decided_first(
    world: World, endpoint: Load, review: Review, slack: Stub
) -> None:
    handle = endpoint()
    handle(click(review, slack), None)

    handle(click(review, slack, user_id=BOB, action_id="reject"), None)

    note, problem = answered(slack)[-1], "This review was already approved by <@U1ANN>."
    assert note["text"] == problem
    assert list(texts(note)) == [f":warning: {problem}"]


def test_one_of_two_approvals_shows_in_the_message_and_the_buttons_stay(
    world: World, endpoint: Load, review: Review, slack: Stub
) -> None:
    handle = endpoint(REQUIRED_APPROVALS="2")

    handle(click(review, slack), None)

    [message] = answered(slack)
    shown = json.dumps(message)
    assert message["replace_original"] is True
    assert "*1 of 2 approvals*: <@U1ANN>" in shown
    assert '"value": "' + review.review_id in shown
    assert world.store.get(review.review_id).status is Status.PENDING

    handle(click(review, slack, user_id=BOB), None)

    assert world.store.get(review.review_id).status is Status.APPROVED
    assert answered(slack) == [message]


@pytest.mark.parametrize("many", [5, pytest.param(1000, marks=pytest.mark.soak)])
def test_replays_of_one_click_decide_once(
    world: World, endpoint: Load, review: Review, slack: Stub, many: int
) -> None:
    handle, genuine = endpoint(), click(review, slack)

    statuses = {handle(genuine, None)["statusCode"] for _ in range(many)}

    assert statuses == {200}
    decided = [entry for entry in world.story(review) if entry[0] == "review.decided"]
    assert len(decided) == 1
    assert [it["event"] for it in world.announced()] == ["review.decided"]
    assert not any(it["replace_original"] for it in answered(slack))


def test_another_stages_secret_is_rejected(
    world: World, endpoint: Load, review: Review, slack: Stub
) -> None:
    body = urllib.parse.urlencode({"payload": json.dumps(payload(review, slack))})

    answer = endpoint()(event(body, secret="the secret of dev"), None)

    assert answer["statusCode"] == 401
    assert world.store.get(review.review_id).status is Status.PENDING
    assert slack.asked == []


def test_a_review_of_another_stage_is_unknown(endpoint: Load, slack: Stub, review: Review) -> None:
    answer = endpoint()(click(replace(review, review_id="f" * 16), slack), None)

    assert json.loads(answer["body"])["error"].startswith("Review not found")


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
def test_an_invalid_signature_is_401(endpoint: Load, hostile: dict[str, Any]) -> None:
    assert endpoint()(hostile, None)["statusCode"] == 401


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
def test_a_signed_request_that_is_not_a_click_decides_nothing(
    endpoint: Load, slack: Stub, body: str, status: int
) -> None:
    assert endpoint()(event(body), None)["statusCode"] == status
    assert slack.asked == []


def test_a_failed_reply_to_slack_does_not_undo_an_approval(
    world: World, endpoint: Load, review: Review
) -> None:
    with http_stub(Answer(500)) as broken:
        answer = endpoint(REQUIRED_APPROVALS="2")(click(review, broken), None)

    assert answer["statusCode"] == 200
    assert world.store.get(review.review_id).approvals == {f"{TEAM}/{ANN}": "ann"}


def test_an_aws_outage_is_reported_in_private(
    world: World, endpoint: Load, review: Review, slack: Stub
) -> None:
    handle = endpoint()
    boto3.client("dynamodb").delete_table(TableName=world.table)

    answer = handle(click(review, slack), None)

    assert answer["statusCode"] == 200
    assert answered(slack)[0]["text"] == "AWS did not respond in time. Select Approve again."
