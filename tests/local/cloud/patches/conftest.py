"""Fixtures for functions and machines on the embedded cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.cloud.patches.functions import Deployer
from tests.local.cloud.patches.machines import Machine

if TYPE_CHECKING:
    from pathlib import Path

    from local.cloud.account import Account


@pytest.fixture
def deploy(account: Account, tmp_path: Path) -> Deployer:
    return Deployer(account, tmp_path)


@pytest.fixture
def machine(deploy: Deployer) -> Machine:
    return Machine(deploy, deploy.function())
