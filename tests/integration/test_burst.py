"""Many simultaneous executions each wait for their own review, posted exactly once."""

import pytest

from tests.bench.burst import start_burst
from tests.local_stack import DeployedStage

pytestmark = pytest.mark.xdist_group("local_stack", first=True)

SECONDS = 600


@pytest.mark.parametrize("many", [10, pytest.param(100, marks=pytest.mark.soak)])
def test_each_review_of_a_burst_is_posted_exactly_once(dev: DeployedStage, many: int) -> None:
    burst = start_burst(dev, many)
    burst.wait_for_messages(SECONDS)

    assert burst.not_posted_once() == {}
    assert burst.not_running() == []
