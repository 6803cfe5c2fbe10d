"""A stage that is well, and one that nobody can look at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from signoff.doctor.examination import CHECKS, examine
from signoff.doctor.findings import State
from signoff.errors import Unreachable

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


def test_a_stage_that_is_well_is_found_so_by_every_check(whole: Examined) -> None:
    found = whole.examine()
    assert [it for it in found if it.state is not State.OK] == []
    assert {it.check for it in found} >= set(CHECKS)


def test_every_check_is_announced_before_it_runs(whole: Examined) -> None:
    begun: list[str] = []
    list(examine(whole.patient, begun.append))
    assert begun == list(CHECKS)


def test_no_finding_has_a_secret_in_it(whole: Examined) -> None:
    parameters = whole.client("ssm").describe_parameters()["Parameters"]
    secrets = [
        whole.client("ssm").get_parameter(Name=it["Name"], WithDecryption=True)["Parameter"][
            "Value"
        ]
        for it in parameters
    ]
    assert len(secrets) >= 3
    told = str(whole.examine())
    assert [secret for secret in secrets if secret in told] == []


def test_a_stage_of_earlier_days_is_to_be_deployed_again(whole: Examined) -> None:
    found = whole.seen(operations=None).examine()
    unknown = [it for it in found if it.state is State.UNCHECKED]
    assert len(unknown) > 5
    assert {it.do for it in unknown} == {"Start the laptop anew: make demo"}


def test_nobody_there_is_unreachable(whole: Examined) -> None:
    stage = whole.patient.stage
    nowhere = "http://127.0.0.1:9"
    gone = replace(
        stage, laptop_url=nowhere, outputs={**stage.outputs, "decision_api_url": nowhere}
    )
    with pytest.raises(Unreachable):
        whole.but(stage=gone).examine()


def test_what_fails_in_one_check_stops_no_other(whole: Examined) -> None:
    broken: dict[str, Any] = {**whole.operations, "schedule": 7, "queues": {}}
    found = whole.seen(operations=broken).examine()
    failed = {it.check for it in found if it.state is State.UNCHECKED}
    assert failed == {"schedule", "undelivered messages", "dead letters"}
    assert {it.check for it in found} >= set(CHECKS)
