"""The user's clock and AWS account."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from signoff.doctor.findings import State

if TYPE_CHECKING:
    from local.cloud import Cloud
    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")


@pytest.mark.parametrize(
    ("off", "message"),
    [(240, "4 minutes ahead of"), (-7_300, "2 hours behind"), (-100, " seconds behind")],
)
def test_a_wrong_clock_is_a_problem(healthy: CheckedStage, off: int, message: str) -> None:
    found = healthy.with_probe(clock=lambda: time.time() + off).problem("clock")
    assert message in found.message
    assert "NTP" in found.fix


def test_a_clock_off_by_seconds_passes(healthy: CheckedStage) -> None:
    (found,) = healthy.with_probe(clock=lambda: time.time() + 20).findings("clock")
    assert found.state is State.OK


def test_credentials_of_another_account_are_a_problem(healthy: CheckedStage, cloud: Cloud) -> None:
    keys = cloud.root("222222222222").as_json()
    stage = replace(healthy.probe.stage, local_keys=keys)
    found = healthy.with_probe(stage=stage).problem("account")
    assert "222222222222" in found.message
    assert healthy.deployed.account in found.message
    assert "AWS_PROFILE" in found.fix
