"""Temporary credentials: functions get random ones, and expired ones are reported as expired.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import iam, lambda_svc, sts


def _keep_expired_sessions() -> None:
    """Keep expired sessions; ministack removes them when a role is assumed.

    It then reports "invalid" where AWS reports "expired".
    """


def _role_session(config: dict[str, Any]) -> dict[str, str]:
    """Create a session of the function's role with random keys.

    Ministack derives the keys from the ARNs of function and role, which are not secret.
    """
    account, _, name = config["FunctionArn"].split(":")[4:7]
    role = config["Role"].rsplit("/", 1)[-1]
    key, secret = iam._gen_session_access_key(), iam._gen_secret()
    token = iam._gen_session_token()
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
        "UserId": f"{role}:{name}",
        "SecretAccessKey": secret,
        "SessionToken": token,
    }
    sts.register_session(key, session)
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
    }


def apply() -> None:
    """Keep sessions while the local stack runs; each takes a few bytes."""
    sts._evict_expired_sessions = _keep_expired_sessions
    lambda_runtime.execution_credentials = _role_session
    lambda_svc.execution_credentials = _role_session
