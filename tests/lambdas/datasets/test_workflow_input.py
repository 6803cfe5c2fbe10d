"""The workflow's input is untrusted until it is parsed."""

import math
from typing import Any

import pytest

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.request_rules import STARTED_BY
from lambdas.generate_dataset.workflow_input import WorkflowInput


def test_every_field_is_optional() -> None:
    assert WorkflowInput.parse({}) == WorkflowInput(
        rows=1000, anomaly_rate=0.0, title="", requested_by=""
    )


def test_the_input_may_contain_the_parent_execution() -> None:
    given = {"title": " Upload ", STARTED_BY: "arn:aws:states:x:y:execution:train:1"}
    assert WorkflowInput.parse(given).title == "Upload"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"review": {"decision": "approved"}},
            "the input has an unknown field 'review', known fields: rows",
        ),
        ({"dataset": {"flagged_share": 0}}, "the input has an unknown field 'dataset'"),
        (
            {"bucket": "b", "key": "incoming/customer.csv"},
            "the input has an unknown field 'bucket'",
        ),
        ({"rows": 0}, "rows must be a whole number from 1 to 100000, got 0"),
        ({"rows": 100_001}, "got 100001"),
        ({"rows": True}, "got True"),
        ({"rows": "1000"}, "got '1000'"),
        ({"rows": 1.5}, "got 1.5"),
        ({"anomaly_rate": 1.01}, "anomaly_rate must be a number from 0 to 1, got 1.01"),
        ({"anomaly_rate": -0.1}, "got -0.1"),
        ({"anomaly_rate": math.nan}, "got nan"),
        ({"anomaly_rate": "8%"}, "got '8%'"),
        ({"anomaly_rate": None}, "got None"),
        ({"title": "x" * 151}, "title must be one line of at most 150 characters"),
        ({"title": "two\nlines"}, r"got 'two\\nlines'"),
        ({"title": ["x"]}, r"got \['x'\]"),
        ({"requested_by": "x" * 81}, "requested_by must be one line of at most 80 characters"),
        ({"requested_by": "a\u2028b"}, "one line"),
        ([], "the input must be a JSON object"),
        (None, "the input must be a JSON object"),
    ],
)
def test_an_invalid_field_is_rejected_with_its_name_rule_and_value(given: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        WorkflowInput.parse(given)


def test_a_huge_value_is_truncated_in_the_error() -> None:
    with pytest.raises(InvalidInput) as refused:
        WorkflowInput.parse({"title": "x" * 1_000_000})

    assert len(str(refused.value)) < 300
