"""Forged signatures, as created without the secret."""

from datetime import UTC, datetime

from tests.conftest import REGION

GUESSES = ["any", "local_stack", "test", "secret", "111111111111"]


def forged(account: str, service: str = "s3") -> str:
    """A header in the form of a signature."""
    scope = f"{account}/{datetime.now(UTC):%Y%m%d}/{REGION}/{service}/aws4_request"
    return (
        f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
    )
