"""AWS errors, translated into `SignoffError` with a hint."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
)

from signoff.errors import Forbidden, InvalidCredentials, Refused, Unreachable
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Generator

    from signoff.stage import Stage

_UNKNOWN_CALLER = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_LOG_IN = "Log in again (aws sso login), or choose other credentials with AWS_PROFILE."


@contextmanager
def aws_errors(stage: Stage, *, for_askers: bool = False) -> Generator[None]:
    """Translate boto3 errors raised in the block into a `SignoffError`.

    `for_askers` is set for calls that the asker policy allows, too.
    """
    try:
        yield
    except ClientError as error:
        raise _translated(error, stage, for_askers) from None
    except (EndpointConnectionError, HTTPClientError) as error:
        raise Unreachable(f"Could not reach AWS: {line(error)}", unreachable_hint(stage)) from None
    except BotoCoreError as error:  # anything else that fails before a request is sent: credentials
        raise InvalidCredentials(f"No AWS credentials found: {line(error)}", _LOG_IN) from None


def caller_arn(stage: Stage) -> str:
    """Return the ARN of the IAM identity that runs the command."""
    with aws_errors(stage):
        return str(stage.client("sts").get_caller_identity()["Arn"])


def unreachable_hint(stage: Stage) -> str:
    """Hint for an unreachable stage."""
    if stage.is_local:
        return "Check that the local stack is running, or restart it: make demo"
    return "Check your network connection, and that the stage still exists."


def _translated(error: ClientError, stage: Stage, for_askers: bool) -> Exception:
    details = error.response.get("Error", {})
    code, text = details.get("Code", ""), line(details.get("Message", "") or error)
    if code in _UNKNOWN_CALLER:
        return InvalidCredentials(f"AWS rejected your credentials: {text}", _LOG_IN)
    if code in _DENIED:
        return Forbidden(
            f"Permission denied: {text}", permission_hint(stage, for_askers=for_askers)
        )
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code.startswith("Throttling"):
        return Unreachable(
            f"AWS is unavailable or throttling requests: {text}", "Try again in a moment."
        )
    return Refused(f"AWS rejected the request: {text} ({line(code)})")


def permission_hint(stage: Stage, *, for_askers: bool = False) -> str:
    """Hint that names the policy to attach: the operator policy, or also the asker policy."""
    operators = stage.output("operator_policy_arn")
    if for_askers:
        askers = stage.output("asker_policy_arn")
        return (
            f"Attach a policy to your role: {_policy_text(stage, askers)} to ask, or"
            f" {_policy_text(stage, operators)} to ask and decide."
        )
    return f"Attach the operator policy to your role: {_policy_text(stage, operators)}"


def _policy_text(stage: Stage, policy: str) -> str:
    """A policy's ARN, and on AWS the name and path that an Identity Center permission set needs."""
    if stage.is_local:
        return policy
    path, _, name = policy.partition(":policy")[2].rpartition("/")
    return f"{policy} (permission set: customer managed policy {name}, path {path}/)"
