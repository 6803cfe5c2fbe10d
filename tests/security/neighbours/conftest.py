"""The notifier, invoked with messages of anyone who may publish to the topic."""

import json
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import boto3
import pytest

from tests.http_stub import Stub
from tests.lambdas.conftest import World

Publish = Callable[..., None]
IN_TIME = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)


@pytest.fixture
def publish(world: World, slack: Stub, load_handler: Callable[..., ModuleType]) -> Publish:
    """The event for the notifier with a message."""
    boto3.client("ssm").put_parameter(Name="webhook", Value=slack.url, Type="SecureString")

    def deliver(message: object, notes: str = "slack") -> None:
        function = load_handler(
            "notify_slack",
            REVIEWS_TABLE=world.table,
            AUDIT_LOG_TABLE=world.audit_log_table,
            NOTES_TABLE=world.notes_table,
            REQUIRED_APPROVALS="2",
            KEEP_REVIEWS_SECONDS="34560000",
            ALLOW_SELF_APPROVAL="false",
            REMIND_BEFORE_SECONDS="43200,7200",
            SLACK_NOTES=notes,
            SLACK_DELIVERY="incoming-webhook",
            SLACK_BUTTONS="true",
            SLACK_WEBHOOK_PARAMETER="webhook",
            SLACK_BOT_TOKEN_PARAMETER="",
            SLACK_CHANNEL_ID="",
            SLACK_API_URL="",
        )
        text = message if isinstance(message, str) else json.dumps(message)
        function.handle({"Records": [{"Sns": {"Message": text}}]}, IN_TIME)

    return deliver


def shown(slack: Stub) -> str:
    """Everything that was posted."""
    return "\n".join(body.decode() for _, _, body in slack.asked)
