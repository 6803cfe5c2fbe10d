"""Who is at the keyboard: on AWS a person has an IAM identity, and so they have here.

An account's root is nobody in particular: whether it approves its own request cannot be told.
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
"""Whom the machine has no name for, or calls root, which would read like the account's own."""


def user_name() -> str:
    """Give the login name of the person at the keyboard, as IAM takes names."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        return UNNAMED
    plain = re.sub(r"[^A-Za-z0-9+=,.@_-]", "-", name)[:64]
    return UNNAMED if plain in ("", "root") else plain


def create_users(cloud: Cloud, stages: Sequence[Stage], name: str = "") -> dict[str, Keys]:
    """Make this person a user of each stage's account, and give their keys by stage."""
    return {it.name: _create(cloud, it, name or user_name()) for it in stages}


def _create(cloud: Cloud, stage: Stage, name: str) -> Keys:
    """Make an IAM user who may do everything in the account, as one who deploys a stage may."""
    iam = open_iam(cloud.url, cloud.root(stage.account), stage.region)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="everything", PolicyDocument=EVERYTHING)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return Keys(made["AccessKeyId"], made["SecretAccessKey"])
