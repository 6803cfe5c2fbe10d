"""AWS clients with bounds that leave a function time to answer."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

AWS_ERRORS = (ClientError, BotoCoreError)
"""What a call may raise: AWS refused it, or could not be reached."""

_BOUNDS = Config(
    connect_timeout=2,
    read_timeout=4,
    retries={"mode": "standard", "total_max_attempts": 3},
)
_S3 = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""Presigned links name the bucket's own region; the global endpoint may redirect, which no
signature survives."""


def client(service: str) -> Any:
    """Make a client of `service` whose calls end, retries included, in well under 15 s."""
    config = _BOUNDS.merge(_S3) if service == "s3" else _BOUNDS
    return boto3.client(service, config=config)  # type: ignore[call-overload]
