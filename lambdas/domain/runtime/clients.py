"""AWS clients with timeouts that leave a function time to respond."""

import urllib.parse
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

AWS_ERRORS = (ClientError, BotoCoreError)
"""Errors of an AWS call: rejected, or not reachable."""

_BOUNDS = Config(
    connect_timeout=2,
    read_timeout=4,
    retries={"mode": "standard", "total_max_attempts": 3},
)
_S3 = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""Presigned links must use the regional endpoint: the global one may redirect, which invalidates
signatures."""
_SSM = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
"""Secrets may be read in a function's init phase, which is limited to 10 s."""
_OWN = {"s3": _S3, "ssm": _SSM}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def client(service: str) -> Any:
    """Create a client whose calls, including retries, take well under 15 s."""
    config = _BOUNDS.merge(_OWN.get(service, Config()))
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def was_retried(error: ClientError) -> bool:
    """Whether botocore retried. An earlier attempt may have succeeded without a response."""
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts"))


def code_of(error: ClientError) -> str:
    """AWS's error code."""
    return error.response.get("Error", {}).get("Code", "")


def status_of(error: ClientError) -> int:
    """The HTTP status of AWS's response; 0 if it has none."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def is_local(client: Any) -> bool:
    """Whether the AWS endpoint is on this machine, as on a local stack."""
    return is_loopback(client.meta.endpoint_url)


def is_loopback(address: str) -> bool:
    """Whether a URL points to this machine."""
    return urllib.parse.urlsplit(address).hostname in _LOOPBACK
