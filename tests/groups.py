"""Tests of one xdist group run one after the other, and share what takes long to make."""

from collections.abc import Generator
from contextlib import ExitStack

import pytest

GROUP = pytest.StashKey[ExitStack]()


@pytest.fixture(scope="session")
def group(request: pytest.FixtureRequest) -> Generator[ExitStack]:
    """What is to end with the group of tests that runs now."""
    with ExitStack() as living:
        request.config.stash[GROUP] = living
        yield living


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """End what is to end with the group after its last test."""
    try:
        return (yield)
    finally:
        if nextitem and group_of(item) != group_of(nextitem) and GROUP in item.config.stash:
            item.config.stash[GROUP].close()


def group_of(item: pytest.Item) -> str:
    """Give the name of the group that a test belongs to, or nothing."""
    mark = item.get_closest_marker("xdist_group")
    return str(mark.args[0]) if mark else ""


def rank_of(item: pytest.Item) -> tuple[int, str]:
    """Give the place of a test: those that are `first`, other groups, the rest; no group mixed."""
    mark = item.get_closest_marker("xdist_group")
    if mark is None:
        return 2, ""
    return 0 if mark.kwargs.get("first") else 1, group_of(item)
