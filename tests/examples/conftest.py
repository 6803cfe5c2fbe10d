"""One stage for all examples that use a stage."""

from pathlib import Path

import pytest

from tests.examples.callers import Terraform
from tests.local_stack import DeployedStage
from tests.stages import Stages


@pytest.fixture(scope="module")
def dev(stages: Stages) -> DeployedStage:
    return stages.dev()


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    return Terraform(tmp_path)
