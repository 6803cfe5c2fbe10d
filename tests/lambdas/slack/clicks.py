"""Signed clicks as Slack sends them, and the function that handles them."""

import base64
import json
import time
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.domain.review.review import Review
from lambdas.domain.slack.signature import signature
from tests.http_stub import Answer, Stub, http_stub
from tests.lambdas.conftest import NOW, World

SECRET = "a signing secret of a test"
ANN, BOB, KIM = "U1ANN", "U2BOB", "U012ABCDEF"  # Kim has requested the review
TEAM = "T012ABCDEF"
FAR = NOW + timedelta(days=3650)
Load = Callable[..., Callable[..., dict[str, Any]]]


@pytest.fixture
def slack() -> Iterator[Stub]:
    with http_stub(Answer()) as stub:
        yield stub


@pytest.fixture
def review(world: World) -> Review:
    return world.waiting_review(deadline=FAR)


@pytest.fixture
def endpoint(world: World, load_handler: Callable[..., ModuleType]) -> Load:
    """Load the function with these rules."""
    boto3.client("ssm").put_parameter(Name="secret", Value=SECRET, Type="SecureString")

    def load(**rules: Any) -> Callable[..., dict[str, Any]]:
        environment = {
            "REVIEWS_TABLE": world.table,
            "AUDIT_LOG_TABLE": world.audit_log_table,
            "NOTES_TABLE": world.notes_table,
            "REVIEW_TOPIC_ARN": world.topic_arn,
            "SLACK_SIGNING_SECRET_PARAMETER": "secret",
            "SLACK_TEAM_ID": "",
            "SLACK_API_URL": "",
            "SLACK_BOT_TOKEN_PARAMETER": "",
            "REQUIRED_APPROVALS": "1",
            "KEEP_REVIEWS_SECONDS": "34560000",
            "ALLOW_SELF_APPROVAL": "false",
            **rules,
        }
        return load_handler("slack_interactions", **environment).handle

    return load


def payload(review: Review, slack: Stub, **changes: Any) -> dict[str, Any]:
    action_id = changes.pop("action_id", "approve")
    reason = changes.pop("reason", "known customer")
    user_id = changes.pop("user_id", ANN)
    user_team = changes.pop("user_team", TEAM)
    user_name = changes.pop("user_name", "ann")
    values = {"reason": {"reason": {"type": "plain_text_input", "value": reason}}}
    values |= changes.pop("values", {})
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "signoff"},
        "user": {"id": user_id, "username": user_name, "name": user_name, "team_id": user_team},
        "actions": [{"action_id": action_id, "block_id": "decide", "value": review.review_id}],
        "state": {"values": values},
        "response_url": slack.url,
        **changes,
    }


def typed(name: str, value: str | None) -> dict[str, Any]:
    """A question's text input, as Slack sends it."""
    return {f"answer_{name}": {name: {"type": "plain_text_input", "value": value}}}


def chosen(name: str, value: str | None, kind: str = "static_select") -> dict[str, Any]:
    """A question's select or radio input, as Slack sends it: null without a choice."""
    text = {"type": "plain_text", "text": f"what {value} is called", "emoji": False}
    option = None if value is None else {"text": text, "value": value}
    return {f"answer_{name}": {name: {"type": kind, "selected_option": option}}}


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
