"""Common resources for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from tests.local.deployment.resources.maker import TAGS, TRUST, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cloud.account import Account


@pytest.fixture
def create(account: Account) -> Maker:
    return Maker(account)


@pytest.fixture
def bucket(create: Maker) -> str:
    return create("Bucket", tags=TAGS, forceDestroy=True).id


@pytest.fixture
def role(create: Maker) -> Mapping[str, Any]:
    return create("Role", assumeRolePolicy=TRUST, tags=TAGS).outputs


@pytest.fixture
def function(create: Maker, role: Mapping[str, Any]) -> Mapping[str, Any]:
    source = "def handle(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"
    return create(
        "Function",
        role=role["arn"],
        runtime="python3.13",
        handler="code.handle",
        code=pulumi.AssetArchive({"code.py": pulumi.StringAsset(source)}),
        architectures=["arm64"],
        memorySize=256.0,
        timeout=20.0,
        environment={"variables": {"STAGE": "dev"}},
        tracingConfig={"mode": "Active"},
        loggingConfig={"logFormat": "JSON", "logGroup": "own-logs"},
        tags=TAGS,
    ).outputs


@pytest.fixture
def topic(create: Maker) -> str:
    return create("Topic", kmsMasterKeyId="alias/aws/sns", signatureVersion=2.0, tags=TAGS).id
