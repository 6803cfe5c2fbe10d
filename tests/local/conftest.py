"""Shared fixtures for tests of the local stack's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud.account import Account, open_account
from tests.conftest import REGION

if TYPE_CHECKING:
    from local.cloud import Cloud


@pytest.fixture(scope="session")
def account(cloud: Cloud) -> Account:
    return open_account(cloud.url, cloud.root("111111111111"), REGION)
