"""Signed slash commands as Slack sends them."""

import base64
import time
from typing import Any

from lambdas.domain.slack.signature import signature

SECRET = "a signing secret of a test"
ANN, BOB = "U1ANN", "U2BOB"
HERE, ELSEWHERE = "C0HERE", "C0ELSEWHERE"
TEAM = "T012ABCDEF"


def form(text: str = "", **changes: str) -> dict[str, str]:
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "team_domain": "signoff",
        "channel_id": HERE,
        "channel_name": "signoff-dev",
        "user_id": ANN,
        "user_name": "ann",
        "command": "/signoff",
        "text": text,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T1/2/3",
        "trigger_id": "1.2.3",
        **changes,
    }


def event(
    body: str,
    *,
    secret: str = SECRET,
    encoded: bool = True,
    content_type: str = "application/x-www-form-urlencoded",
    at: float | None = None,
) -> dict[str, Any]:
    timestamp = str(int(time.time() if at is None else at))
    return {
        "rawPath": "/slack/commands",
        "requestContext": {"http": {"method": "POST"}},
        "headers": {
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(body.encode(), timestamp, secret),
        },
        "body": base64.b64encode(body.encode()).decode() if encoded else body,
        "isBase64Encoded": encoded,
    }
