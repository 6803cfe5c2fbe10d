"""A click names a response URL of the attacker, or inside the network."""

from typing import Any

import boto3
import pytest

from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime.clients import is_local
from lambdas.domain.slack.clicks import is_slack_address, respond
from tests.http_stub import Answer, Stub, http_stub
from tests.lambdas.conftest import World
from tests.lambdas.slack.clicks import BOB, Load, click

LOOPBACK = ["http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]:1/x"]
FOREIGN = [
    "",
    "/x",
    "https://[",
    "https://evil.example/hook",
    "https://slack.com/x",
    "https://hooks.slack.com.evil.example/x",
    "https://evil-hooks.slack.com/x",
    "https://hooks.slack.com@evil.example/x",
    "https://me:secret@hooks.slack.com/x",
    "https://hooks.slack.com:8443/x",
    "http://hooks.slack.com/x",
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1.evil.example/x",
    "ftp://127.0.0.1/x",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("cloud", ["slack.com", "slack-gov.com"])
@pytest.mark.parametrize("local_stack", [True, False])
def test_slacks_commercial_and_government_urls_are_accepted(cloud: str, local_stack: bool) -> None:
    assert is_slack_address(f"https://hooks.{cloud}/actions/T1/2/x", is_local=local_stack)


@pytest.mark.parametrize("address", FOREIGN)
@pytest.mark.parametrize("local_stack", [True, False])
def test_any_other_response_url_is_rejected(address: str, local_stack: bool) -> None:
    assert not is_slack_address(address, is_local=local_stack)


@pytest.mark.parametrize("address", LOOPBACK)
def test_only_a_local_stack_accepts_loopback_response_urls(address: str) -> None:
    assert is_slack_address(address, is_local=True)
    assert not is_slack_address(address, is_local=False)


def test_a_stack_is_local_if_aws_is_on_loopback(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_local(boto3.client("dynamodb"))
    monkeypatch.delenv("AWS_ENDPOINT_URL")

    assert not is_local(boto3.client("dynamodb"))


@pytest.mark.parametrize("address", ["https://evil.example/hook", "https://[", "", 7, None])
def test_a_click_with_a_foreign_response_url_decides_and_does_not_call_it(
    world: World, endpoint: Load, review: Review, slack: Stub, address: Any
) -> None:
    answer = endpoint()(click(review, slack, response_url=address), None)

    assert answer["statusCode"] == 200
    assert world.store.get(review.review_id).status is Status.APPROVED
    row = boto3.client("dynamodb").get_item(
        TableName=world.table, Key={"review_id": {"S": review.review_id}}
    )
    assert row.get("Item", {})["response_url"] == {"S": ""}


@pytest.mark.parametrize("path", ["a b", "a\u0001", "ü", "a\r\nHost: evil.example"], ids=ascii)
def test_an_invalid_response_url_does_not_prevent_the_decision(path: str) -> None:
    assert not respond(f"http://127.0.0.1:1/{path}", {"text": "hello"})


def test_a_redirect_is_not_followed(
    world: World, endpoint: Load, review: Review, slack: Stub
) -> None:
    with http_stub(Answer(302, headers={"Location": slack.url})) as redirecting:
        endpoint(reviewers=(BOB,))(click(review, redirecting), None)

    assert len(redirecting.asked) == 1
    assert slack.asked == []
