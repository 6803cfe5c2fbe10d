"""Slack's request body and its signature.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from local.slack.payloads.json_body import FORM, JsonObject


def as_form(payload: JsonObject) -> dict[str, str]:
    """Return the form that contains a payload."""
    return {"payload": json.dumps(payload, separators=(",", ":"))}


def encode(form: Mapping[str, str]) -> bytes:
    """Encode the form."""
    return urlencode(form).encode()


def signed_headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the request's headers with Slack's v0 signature of the body."""
    base = b"v0:%d:%b" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "Content-Type": FORM,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={digest}",
    }
