"""AWS clients with bounds that leave a function time to answer."""

import urllib.parse
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
_SSM = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
"""A secret may be read in a function's init phase, which has 10 s in all."""
_OWN = {"s3": _S3, "ssm": _SSM}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def client(service: str) -> Any:
    """Make a client of `service` whose calls end, retries included, in well under 15 s."""
    config = _BOUNDS.merge(_OWN.get(service, Config()))
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def was_retried(error: ClientError) -> bool:
    """Whether botocore had tried before: an earlier attempt may have done it, without an answer."""
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts"))


def code_of(error: ClientError) -> str:
    """AWS's own name for what went wrong."""
    return error.response.get("Error", {}).get("Code", "")


def is_local(client: Any) -> bool:
    """Whether the AWS endpoint is on this machine: true on a local stack only."""
    return is_loopback(client.meta.endpoint_url)


def is_loopback(address: str) -> bool:
    """Whether a URL leads to this machine itself."""
    return urllib.parse.urlsplit(address).hostname in _LOOPBACK
