"""Slack's request signature.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac


def signed(body: str, secret: str, at: float) -> dict[str, str]:
    """The signature headers of a request sent by Slack at that time."""
    stamp = str(int(at))
    message = f"v0:{stamp}:{body}".encode()
    proof = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={proof}"}
