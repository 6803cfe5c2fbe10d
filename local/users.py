"""The local user's IAM identity in each stage's account.

The account's root is not a person, so self-approval could not be checked for it.
"""

from __future__ import annotations

import getpass
import json
import re
from typing import TYPE_CHECKING

from local.cloud.account import open_iam
from local.cloud.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.cloud import Cloud
    from local.deployment.stages import Stage

EVERYTHING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)
UNNAMED = "developer"
"""For users without a name, and for root, which would look like the account's root."""


def user_name() -> str:
    """Return the login name in characters that IAM accepts."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        return UNNAMED
    plain = re.sub(r"[^A-Za-z0-9+=,.@_-]", "-", name)[:64]
    return UNNAMED if plain in ("", "root") else plain


def create_users(cloud: Cloud, stages: Sequence[Stage], name: str = "") -> dict[str, Keys]:
    """Create an IAM user in each stage's account and return the access keys by stage."""
    return {it.name: _create(cloud, it, name or user_name()) for it in stages}


def _create(cloud: Cloud, stage: Stage, name: str) -> Keys:
    """Create an IAM user with full access, as needed to deploy a stage."""
    iam = open_iam(cloud.url, cloud.root(stage.account), stage.region)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="everything", PolicyDocument=EVERYTHING)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return Keys(made["AccessKeyId"], made["SecretAccessKey"])
