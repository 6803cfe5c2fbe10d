"""An embedded AWS for states that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud import running_cloud
from local.cloud.account import Account, open_account

if TYPE_CHECKING:
    from collections.abc import Generator

REGION = "eu-central-1"


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Generator[Account]:
    log = tmp_path_factory.mktemp("cloud") / "cloud.log"
    with running_cloud(log, REGION) as cloud:
        cloud.wait()
        yield open_account(cloud.url, "111111111111", REGION)
