"""What AWS refuses, in words, with what to do about it."""

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

from signoff.errors import Forbidden, Refused, UnknownCaller, Unreachable
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
_LOG_IN = "Log in once more (aws sso login), or name other credentials with AWS_PROFILE."


@contextmanager
def aws_errors(stage: Stage) -> Generator[None]:
    """Turn what boto3 raises inside the block into a `SignoffError`."""
    try:
        yield
    except ClientError as error:
        raise _refused(error, stage) from None
    except (EndpointConnectionError, HTTPClientError) as error:
        raise Unreachable(f"AWS cannot be reached: {line(error)}", silence(stage)) from None
    except BotoCoreError as error:  # what else goes wrong before AWS is asked: credentials
        raise UnknownCaller(f"There are no credentials: {line(error)}", _LOG_IN) from None


def who_am_i(stage: Stage) -> str:
    """Ask AWS for the ARN of whoever runs the command, as which it talks to the stage."""
    with aws_errors(stage):
        return str(stage.client("sts").get_caller_identity()["Arn"])


def silence(stage: Stage) -> str:
    """Say what to look at where nobody answers."""
    if stage.is_local:
        return "Does it still run? Start it anew: make demo"
    return "Is this machine online? Does the stage still exist?"


def _refused(error: ClientError, stage: Stage) -> Exception:
    said = error.response.get("Error", {})
    code, text = said.get("Code", ""), line(said.get("Message", "") or error)
    if code in _UNKNOWN_CALLER:
        return UnknownCaller(f"AWS does not take your credentials: {text}", _LOG_IN)
    if code in _DENIED:
        return Forbidden(f"You lack a permission: {text}", attach(stage))
    answered = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if answered >= HTTPStatus.INTERNAL_SERVER_ERROR or code.startswith("Throttling"):
        return Unreachable(f"AWS gives no answer now: {text}", "Try again in a moment.")
    return Refused(f"AWS refuses: {text} ({line(code)})")


def attach(stage: Stage, *, asks: bool = False) -> str:
    """Say how somebody gets the permission to operate a stage, or only to ask."""
    operators = stage.output("operator_policy_arn")
    if asks:
        askers = stage.output("asker_policy_arn")
        return (
            f"Attach a policy to your role: {_in_words(stage, askers)}, or to decide as well"
            f" {_in_words(stage, operators)}"
        )
    return f"Attach the stage's policy to your role: {_in_words(stage, operators)}"


def _in_words(stage: Stage, policy: str) -> str:
    """Give a policy's ARN, and on AWS what a permission set of IAM Identity Center takes it by."""
    if stage.is_local:
        return policy
    path, _, name = policy.partition(":policy")[2].rpartition("/")
    return f"{policy} (in a permission set: customer managed policy {name}, path {path}/)"
