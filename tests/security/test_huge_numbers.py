"""Somebody starts an execution with numbers that break whoever reads them."""

import math
from datetime import timedelta
from typing import Any

import pytest

from lambdas.shared.lifecycle.request import ReviewRequests
from lambdas.shared.review.errors import InvalidInput
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.review.workflow_input import WorkflowInput
from tests.lambdas.conftest import API_URL
from tests.lambdas.test_functions import DATASET, payload

MONSTERS: list[Any] = [
    int("9" * 400),
    -int("9" * 400),
    10**5000,
    10**15 + 1,
    1e308,
    math.inf,
    -math.inf,
    math.nan,
    -1,
    True,
    False,
    "1000",
    "9" * 400,
    None,
    [],
    {},
]

NOWHERE: Any = None
REQUESTS = ReviewRequests(
    gate=NOWHERE,
    stage="dev",
    decision_api_url=API_URL,
    timeout=timedelta(hours=24),
    plan=TimePlan(),
    evidence_link=lambda _, link: link,
)


def shown(value: Any) -> str:
    return f"{type(value).__name__} {str(value)[:12] if value != 10**5000 else 'huge'}"


@pytest.mark.parametrize("field", ["rows", "anomaly_rate"])
@pytest.mark.parametrize("number", MONSTERS, ids=shown)
def test_the_workflows_input_is_refused_by_name(field: str, number: Any) -> None:
    with pytest.raises(InvalidInput, match=f"^{field} must be a .*number from .*, got ") as refused:
        WorkflowInput.parse({field: number})

    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("field", ["rows", "flagged_rows", "flagged_share"])
@pytest.mark.parametrize("number", MONSTERS, ids=shown)
def test_a_hosts_figures_are_refused_by_name_before_anybody_is_asked(
    field: str, number: Any
) -> None:
    dataset = {"title": "Upload", "dataset": DATASET | {field: number}}

    with pytest.raises(InvalidInput, match=rf"^dataset\.{field} must be a .*number from .*, got "):
        REQUESTS.request(payload(input=dataset))


@pytest.mark.parametrize("number", [it for it in MONSTERS if it is not None], ids=shown)
def test_so_is_the_limit_that_it_names(number: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^threshold must be a number from 0 to 1, got "):
        REQUESTS.request(payload(threshold=number))


def test_a_whole_number_may_come_as_a_float() -> None:
    assert WorkflowInput.parse({"rows": 80.0}).rows == 80
