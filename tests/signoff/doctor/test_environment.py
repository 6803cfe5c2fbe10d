"""The clock and the account of whoever looks."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from signoff.doctor.findings import State

if TYPE_CHECKING:
    from local.cloud import Cloud
    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


@pytest.mark.parametrize(
    ("off", "told"),
    [(240, "4 minutes ahead of"), (-7_300, "2 hours behind"), (-100, " seconds behind")],
)
def test_a_clock_that_is_off_is_told_before_aws_refuses_it(
    whole: Examined, off: int, told: str
) -> None:
    found = whole.but(clock=lambda: time.time() + off).trouble("clock")
    assert told in found.message
    assert "NTP" in found.fix


def test_a_few_seconds_are_no_problem(whole: Examined) -> None:
    (found,) = whole.but(clock=lambda: time.time() + 20).look("clock")
    assert found.state is State.OK


def test_credentials_of_another_account_are_told(whole: Examined, cloud: Cloud) -> None:
    keys = cloud.root("222222222222").as_json()
    stage = replace(whole.probe.stage, local_keys=keys)
    found = whole.but(stage=stage).trouble("account")
    assert "222222222222" in found.message
    assert whole.deployed.account in found.message
    assert "AWS_PROFILE" in found.fix
