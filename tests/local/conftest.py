"""One embedded cloud for all tests that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud import Cloud, running_cloud
from local.cloud.account import Account, open_account

if TYPE_CHECKING:
    from collections.abc import Generator

REGION = "eu-central-1"


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Generator[Cloud]:
    log = tmp_path_factory.mktemp("cloud") / "cloud.log"
    with running_cloud(log, REGION) as running:
        running.wait()
        yield running


@pytest.fixture(scope="session")
def account(cloud: Cloud) -> Account:
    return open_account(cloud.url, "111111111111", REGION)
