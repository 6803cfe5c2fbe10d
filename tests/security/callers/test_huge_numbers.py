"""A caller starts an execution with numbers that break their readers."""

import math
from datetime import timedelta
from typing import Any

import pytest

from lambdas.datasets.workflow_input import WorkflowInput
from lambdas.domain.lifecycle.request import ReviewRequests
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.request_rules import parse_request
from lambdas.domain.review.time_plan import TimePlan
from tests.lambdas.conftest import API_URL
from tests.lambdas.test_functions import REQUEST, payload

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
    slack_missing="",
    caller_id="taskToken",
    timeout_approves=False,
    timeout=timedelta(hours=24),
    plan=TimePlan(),
    evidence_places=("evidence/",),
    pin=lambda file: file,
    evidence_link=lambda _, link: link,
)


def shown(value: Any) -> str:
    return f"{type(value).__name__} {str(value)[:12] if value != 10**5000 else 'huge'}"


@pytest.mark.parametrize("field", ["rows", "anomaly_rate"])
@pytest.mark.parametrize("number", MONSTERS, ids=shown)
def test_a_huge_number_in_the_workflow_input_is_rejected_by_name(field: str, number: Any) -> None:
    with pytest.raises(InvalidInput, match=f"^{field} must be a .*number from .*, got ") as refused:
        WorkflowInput.parse({field: number})

    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("field", ["value", "limit"])
@pytest.mark.parametrize("number", MONSTERS, ids=shown)
def test_a_huge_number_in_a_gauge_is_rejected_by_name(field: str, number: Any) -> None:
    request = REQUEST | {"gauge": {"value": 0.08, "limit": 0.06} | {field: number}}

    with pytest.raises(InvalidInput, match=rf"^gauge\.{field} must be a number from 0 to 1, got "):
        REQUESTS.request(payload(request=request))


@pytest.mark.parametrize("number", [it for it in MONSTERS if type(it) in (int, float)], ids=shown)
def test_a_huge_number_in_facts_is_rejected_by_name(number: int | float) -> None:
    request = REQUEST | {"facts": {"Rows": number}}

    if abs(number) <= 10**15:
        assert parse_request(request, ("evidence/",), timedelta(hours=1)).facts["Rows"] == number
        return
    with pytest.raises(InvalidInput, match=r"^facts\.Rows must be a number from .*, got "):
        REQUESTS.request(payload(request=request))


def test_an_integer_may_be_sent_as_a_float() -> None:
    assert WorkflowInput.parse({"rows": 80.0}).rows == 80
