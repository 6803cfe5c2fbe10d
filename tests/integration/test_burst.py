"""A hundred executions at once: each waits for a review of its own, which stands once."""

from collections.abc import Iterator

import pytest

from tests.bench.burst import start_burst
from tests.laptop import DeployedStage, running_laptop

MANY = 100
SECONDS = 600


@pytest.fixture
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStage]:
    """A stage of its own: nobody else's reviews wait in it."""
    with running_laptop(tmp_path_factory.mktemp("burst"), "--stage", "dev") as stages:
        yield stages["dev"]


def test_of_a_hundred_reviews_at_once_each_waits_and_stands_once_in_the_channel(
    dev: DeployedStage,
) -> None:
    burst = start_burst(dev, MANY)
    burst.wait_for_messages(SECONDS)

    assert burst.not_once() == {}
    assert burst.not_waiting() == []
