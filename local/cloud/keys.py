"""The keys of accounts, which are random in each run.

An account's number is its access key's id, as the embedded cloud wants it, and no secret. What
signs is derived from the run's secret, so that any account can be had, and none from another.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Keys:
    """What signs requests to the embedded cloud."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        """Give them as programs expect them."""
        return {
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
        }


def new_secret() -> str:
    """Make the secret of a run: 256 random bits."""
    return secrets.token_hex(32)


def root_keys(secret: str, account: str) -> Keys:
    """Give the keys of an account's root."""
    digest = hmac.digest(secret.encode(), account.encode(), "sha256")
    return Keys(account, base64.b64encode(digest[:30]).decode())
