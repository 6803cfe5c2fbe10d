"""Environments of the same zip run the same files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer


def test_a_zip_is_unpacked_once_for_all_environments(deploy: Deployer) -> None:
    def folder(ending: str) -> str:
        function = deploy.function(ending)
        answer = deploy.aws.functions.invoke(FunctionName=function.name, Payload=b"{}")
        return json.load(answer["Payload"])

    assert folder("return os.getcwd()") == folder("return os.getcwd()")
    assert folder("return os.getcwd()") != folder("return os.getcwd() + ''")
