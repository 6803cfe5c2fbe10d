"""Creates resources as a program would, for tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.deployment.kinds import KINDS
from local.deployment.resources import make

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources import Created

TAGS = {"project": "signoff", "stage": "dev"}
AS_LIST = [{"Key": "project", "Value": "signoff"}, {"Key": "stage", "Value": "dev"}]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


class Maker:
    """Creates resources by the last part of their type."""

    def __init__(self, account: Account) -> None:
        self.aws = account
        self._types = {token.rsplit(":", 1)[1]: token for token in KINDS}

    def __call__(self, kind: str, name: str = "it", /, **inputs: Any) -> Created:
        return make(self.aws, self._types[kind], name, inputs)
