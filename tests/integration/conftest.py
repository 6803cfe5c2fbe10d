"""Three stages on one laptop for all tests; other laptops for other settings."""

from collections.abc import Callable, Generator
from contextlib import ExitStack

import pytest

from tests.laptop import DeployedStage, running_laptop

Stages = dict[str, DeployedStage]


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stages]:
    with running_laptop(tmp_path_factory.mktemp("laptop")) as deployed:
        yield deployed


@pytest.fixture(params=["dev", "uat", "prod"])
def stage(stages: Stages, request: pytest.FixtureRequest) -> DeployedStage:
    return stages[request.param]


@pytest.fixture
def dev(stages: Stages) -> DeployedStage:
    return stages["dev"]


@pytest.fixture(scope="module")
def dev_with(
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Callable[..., DeployedStage]]:
    """Deploy dev alone with other settings, each combination once a module."""
    with ExitStack() as running:
        deployed: dict[tuple[str, ...], DeployedStage] = {}

        def deploy(*settings: str) -> DeployedStage:
            if settings not in deployed:
                folder = tmp_path_factory.mktemp("laptop")
                options = [part for setting in settings for part in ("--config", setting)]
                laptop = running_laptop(folder, "--stage", "dev", *options)
                deployed[settings] = running.enter_context(laptop)["dev"]
            return deployed[settings]

        yield deploy
