"""Tests of one xdist group run in sequence and share expensive fixtures."""

from collections.abc import Generator
from contextlib import ExitStack

import pytest

GROUP = pytest.StashKey[ExitStack]()


@pytest.fixture(scope="session")
def group(request: pytest.FixtureRequest) -> Generator[ExitStack]:
    """Exit stack of the current group of tests."""
    with ExitStack() as living:
        request.config.stash[GROUP] = living
        yield living


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Close the group's exit stack after its last test."""
    try:
        return (yield)
    finally:
        if nextitem and group_of(item) != group_of(nextitem) and GROUP in item.config.stash:
            item.config.stash[GROUP].close()


def group_of(item: pytest.Item) -> str:
    """Return the name of a test's group, or an empty text."""
    mark = item.get_closest_marker("xdist_group")
    return str(mark.args[0]) if mark else ""


def rank_of(item: pytest.Item) -> tuple[int, str]:
    """Return a test's sort key: groups marked `first`, other groups, the rest."""
    mark = item.get_closest_marker("xdist_group")
    if mark is None:
        return 2, ""
    return 0 if mark.kwargs.get("first") else 1, group_of(item)
