"""A non-member of the reviewers' group decides while Slack does not return its members."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from lambdas.domain.review.review import Review, Status
from tests.http_stub import Answer, Stub, http_stub
from tests.lambdas.conftest import World
from tests.lambdas.slack.clicks import ANN, Load, answered, click

GROUP = "S012STEWARDS"
MEMBERS = Answer(body=json.dumps({"ok": True, "users": [ANN]}).encode())


@pytest.fixture
def groups() -> Iterator[Stub]:
    with http_stub(MEMBERS) as stub:
        boto3.client("ssm").put_parameter(Name="token", Value="xoxb-secret", Type="SecureString")
        yield stub


def reviewers_are(group: str, groups: Stub) -> dict[str, Any]:
    return {
        "reviewers": (group,),
        "SLACK_BOT_TOKEN_PARAMETER": "token",
        "SLACK_API_URL": groups.url,
    }


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b'{"ok": false, "error": "missing_scope", "needed": "usergroups:read"}'),
        Answer(429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "30"}),
        Answer(500, MEMBERS.body),
        Answer(200, b"<html>Slack is having trouble</html>"),
    ],
    ids=["scope", "rate", "down", "page"],
)
def test_an_unreachable_group_prevents_the_decision_with_a_reason(
    world: World, endpoint: Load, review: Review, slack: Stub, groups: Stub, answer: Answer
) -> None:
    groups.script = [answer]

    answered_with = endpoint(**reviewers_are(GROUP, groups))(click(review, slack), None)

    assert answered_with["statusCode"] == 200
    [message] = answered(slack)
    assert message["response_type"] == "ephemeral"
    assert "could not be checked" in message["text"]
    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.announced() == []


def test_only_a_member_decides(
    world: World, endpoint: Load, review: Review, slack: Stub, groups: Stub, aws_calls: list[str]
) -> None:
    handle = endpoint(**reviewers_are(GROUP, groups))
    assert aws_calls.count("GetParameter") == 2, "both secrets are read at the start"

    refused: Any = handle(click(review, slack, user_id="U666EVE"), None)
    assert "not a reviewer of this stage" in refused["body"]
    handle(click(review, slack), None)

    row = world.store.get(review.review_id)
    assert (row.status, row.reviewer) == (Status.APPROVED, "ann")
    asked = [path.rpartition("/")[2] for _, path, _ in groups.asked]
    assert asked.count("usergroups.users.list") == 1, "the response is cached for a minute"
