"""Distribution of tests to workers: a group stays on one worker."""

import pytest


@pytest.mark.xdist_group("together")
def test_groups_stay_together(request: pytest.FixtureRequest) -> None:
    by_group = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@together") == by_group
