"""Environments start with boto3 loaded, and are otherwise like fresh processes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi

from tests.local.deployment.resources.maker import TRUST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.local.cloud.patches.functions import Deployer

SOURCE = """
import os, sys
modules = list(sys.modules)
import boto3

def handle(event, context):
    return {
        "modules": modules,
        "boto3": boto3.__file__,
        "variables": dict(os.environ),
        "files": os.listdir(),
        "root": os.environ["LAMBDA_TASK_ROOT"],
    }
"""


def environment_of(
    deploy: Deployer, name: str, files: Mapping[str, str] | None = None, **variables: str
) -> dict[str, Any]:
    """Return what the handler in this module sees, with additional files and variables."""
    texts = {f"{name}.py": SOURCE, **(files or {})}
    function = deploy.create(
        "Function",
        role=deploy.create("Role", assumeRolePolicy=TRUST).outputs["arn"],
        runtime="python3.13",
        handler=f"{name}.handle",
        environment={"variables": variables},
        code=pulumi.AssetArchive({path: pulumi.StringAsset(text) for path, text in texts.items()}),
    )
    answer = deploy.aws.functions.invoke(FunctionName=function.id)
    return json.load(answer["Payload"])


def test_an_environment_has_only_boto3_preloaded(deploy: Deployer) -> None:
    environment_of(deploy, "other", OTHER="1")
    own = environment_of(deploy, "own", OWN="1")
    assert "boto3" in own["modules"]
    assert "other" not in own["modules"]
    assert own["variables"]["OWN"] == "1"
    assert "OTHER" not in own["variables"]
    assert set(own["files"]) - {"__pycache__"} == {"own.py"}


def test_a_functions_own_modules_take_precedence(deploy: Deployer) -> None:
    found = environment_of(deploy, "own", {"boto3.py": ""})
    assert found["boto3"] == f"{found['root']}/boto3.py"


def test_python_startup_variables_are_the_functions_own(deploy: Deployer) -> None:
    assert "boto3" not in environment_of(deploy, "own", PYTHONHASHSEED="0")["modules"]
