"""The form that Slack sends, and its signature over it.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from local.slack.payloads.json_body import FORM, JsonObject


def as_form(payload: JsonObject) -> dict[str, str]:
    """The form that carries a payload."""
    return {"payload": json.dumps(payload, separators=(",", ":"))}


def encode(form: Mapping[str, str]) -> bytes:
    """The request's body."""
    return urlencode(form).encode()


def signed_headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The request's headers, with version 0 of Slack's signature over exactly this body."""
    base = b"v0:%d:%b" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "Content-Type": FORM,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={digest}",
    }
