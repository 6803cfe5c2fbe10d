"""One laptop with one stage for all examples."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.examples.callers import Terraform
from tests.laptop import DeployedStage, running_laptop


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Generator[DeployedStage]:
    with running_laptop(tmp_path_factory.mktemp("laptop"), "--stage", "dev") as stages:
        yield stages["dev"]


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    return Terraform(tmp_path)
