"""Temporary credentials: those of functions cannot be guessed, and expired ones are known as such.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

# Ministack comes without types, and keeps what it is made of in private names.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import iam, lambda_svc, sts


def _keep_expired_sessions() -> None:
    """Forget nobody: ministack drops what has expired as soon as anybody assumes a role.

    From then on it says "invalid" of what AWS calls "expired", and people look for a wrong key.
    """


def _role_session(config: dict[str, Any]) -> dict[str, str]:
    """Give an environment a session of its function's role, with random keys of its own.

    Ministack computes them from the ARNs of function and role, which are no secret.
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
    """Keep sessions for as long as the local stack runs, which is a few bytes each."""
    sts._evict_expired_sessions = _keep_expired_sessions
    lambda_runtime.execution_credentials = _role_session
    lambda_svc.execution_credentials = _role_session
