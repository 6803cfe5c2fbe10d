"""Root access keys of accounts, random in each run.

The access key id is the account id, as the embedded cloud requires. The secret is derived from the
run's secret, so any account can be used, and no account's key reveals another's.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Keys:
    """An access key of the embedded cloud."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        """Return the fields of `state.json`."""
        return {
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
        }


def new_secret() -> str:
    """Create a run's secret: 256 random bits."""
    return secrets.token_hex(32)


def root_keys(secret: str, account: str) -> Keys:
    """Return the root keys of an account."""
    digest = hmac.digest(secret.encode(), account.encode(), "sha256")
    return Keys(account, base64.b64encode(digest[:30]).decode())
