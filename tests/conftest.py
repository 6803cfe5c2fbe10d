"""Shared fixtures and hooks: embedded AWS, options, Hypothesis profiles, order, durations."""

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath
from typing import Any

import pytest
from botocore.loaders import Loader
from hypothesis import HealthCheck, settings

from local.cloud import Cloud, running_cloud
from tests.groups import group, pytest_runtest_teardown, rank_of
from tests.once_for_all_workers import share_in
from tests.stages import deployer, stages

__all__ = ["deployer", "group", "pytest_runtest_teardown", "stages"]

REGION = "eu-central-1"
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]

# `make test` tries a few examples of each property, `make soak` many.
settings.register_profile("default", max_examples=30, deadline=None, suppress_health_check=SLOW)
settings.register_profile("soak", max_examples=1000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="rewrite the golden files")


@pytest.fixture
def renew(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written instead of compared."""
    return bool(request.config.getoption("renew"))


@pytest.fixture(scope="session", autouse=True)
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Set the folder that the workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    share_in((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared")


@pytest.fixture(scope="session", autouse=True)
def botocore_cache() -> Iterator[None]:
    """Load botocore's data of a service once per worker."""
    known: dict[Any, Any] = {}
    make = Loader.__init__

    def sharing(self: Any, *given: Any, **named: Any) -> None:
        make(self, *given, **named)
        self._cache = known

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(Loader, "__init__", sharing)
        yield


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The worker's embedded AWS. Any twelve digits are a separate account."""
    with running_cloud(tmp_path_factory.mktemp("cloud") / "cloud.log", REGION) as running:
        running.wait()
        yield running


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put groups first, the longest before all, so that workers end at the same time."""
    items.sort(key=rank_of)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the duration of each folder's tests, summed over all workers."""
    spent: defaultdict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                spent[_folder(report.nodeid)] += report.duration
    if len(spent) > 1:
        terminalreporter.section("time per folder")
        for folder, seconds in sorted(spent.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{timedelta(seconds=round(seconds))}  {folder}")


def _folder(nodeid: str) -> str:
    first, *rest = PurePath(nodeid.partition("::")[0]).parts
    return f"{first}/{rest[0]}" if len(rest) > 1 else first
