"""A function of the user's that counts instead: what it is asked, and which answers are valid."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ReadTimeoutError

from lambdas.check_dataset.check_function import CheckFunction
from lambdas.datasets.counts import Counts
from lambdas.datasets.errors import InvalidCounts
from lambdas.datasets.limits import FUNCTION_SECONDS
from lambdas.datasets.objects import File

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:check"
FILE = File(
    bucket="evidence",
    key="incoming/orders.jsonl",
    version_id="3HL4kqtJvjVBH40Nrjfkd",
    size=4096,
    modified_at=datetime(2026, 11, 22, tzinfo=UTC),
    metadata={},
    media={},
    has_digest=False,
)
GOOD = {"rows": 1000, "flagged_rows": 80}


class Function:
    """Lambda's client, with one function that always answers the same."""

    def __init__(self, answer: bytes, error: str = "") -> None:
        self._answer = answer
        self._error = {"FunctionError": error} if error else {}
        self.asked: list[Any] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Any:  # noqa: N803 (boto3's names)
        self.asked.append((FunctionName, json.loads(Payload)))
        return {"Payload": io.BytesIO(self._answer), **self._error}


def counted(answer: Any, error: str = "") -> Counts:
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    client: Any = Function(raw, error)
    return CheckFunction(client=client, arn=ARN).count(FILE)


def problem_of(answer: Any, error: str = "") -> str:
    with pytest.raises(InvalidCounts) as raised:
        counted(answer, error)
    return str(raised.value)


def test_the_function_gets_the_exact_version() -> None:
    client: Any = Function(json.dumps(GOOD).encode())

    CheckFunction(client=client, arn=ARN).count(FILE)

    asked = {
        "bucket": "evidence",
        "key": "incoming/orders.jsonl",
        "version_id": "3HL4kqtJvjVBH40Nrjfkd",
        "size": 4096,
    }
    assert client.asked == [(ARN, asked)]


def test_the_numbers_are_enough() -> None:
    counts = counted(GOOD)
    assert (counts.rows, counts.flagged_rows, counts.flagged_share) == (1000, 80, 0.08)
    assert (counts.facts, counts.preview, counts.summary, counts.delimiter) == ({}, None, "", None)


def test_optional_fields_may_be_null() -> None:
    assert counted(GOOD | {"facts": None, "preview": None, "summary": None}) == counted(GOOD)


def test_details_are_taken_over() -> None:
    preview = {"columns": ["id", "amount"], "rows": [["A-7", 12000.5]]}
    counts = counted(
        GOOD | {"facts": {"Duplicate id": 41}, "preview": preview, "summary": "Two rules."}
    )
    assert counts.facts == {"Duplicate id": 41}
    assert counts.preview == preview
    assert counts.summary == "Two rules."


def test_a_file_without_rows_is_valid() -> None:
    assert counted({"rows": 0, "flagged_rows": 0}).flagged_share == 0


WRONG: list[tuple[Any, str]] = [
    ({"flagged_rows": 0}, "rows must be a whole number from 0 to 1000000000000000, got None"),
    (GOOD | {"rows": -1}, "rows must be a whole number from 0 to 1000000000000000, got -1"),
    (GOOD | {"rows": True}, "rows must be a whole number"),
    (GOOD | {"rows": "1000"}, "rows must be a whole number"),
    ({"rows": 1000}, "flagged_rows must be a whole number from 0 to 1000, got None"),
    (GOOD | {"flagged_rows": 1001}, "flagged_rows must be a whole number from 0 to 1000, got 1001"),
    (GOOD | {"flagged_rows": -1}, "flagged_rows must be a whole number from 0 to 1000, got -1"),
    (GOOD | {"flagged_rows": 0.08}, "flagged_rows must be a whole number from 0 to 1000, got 0.08"),
    (GOOD | {"share": 0.08}, "the answer has an unknown field 'share', known fields: rows, "),
    ([GOOD], "the answer must be a JSON object"),
    (None, "the answer must be a JSON object"),
    (GOOD | {"facts": ["Duplicate id"]}, "facts must be a JSON object"),
    (GOOD | {"facts": False}, "facts must be a JSON object"),
    (
        GOOD | {"facts": {f"rule {n}": n for n in range(9)}},
        "facts must have at most 8 entries, got 9",
    ),
    (GOOD | {"facts": {"Rows": 3}}, "facts must have other names than Rows, which Signoff adds"),
    (
        GOOD | {"facts": {"flagged  ROWS": 3}},
        "facts must have other names than Flagged rows, which",
    ),
    (GOOD | {"facts": {"Duplicate id": [41]}}, "facts.Duplicate id must be a number"),
    (GOOD | {"facts": {"one": 1, "ONE": 2}}, "names in facts must not look alike"),
    (
        GOOD | {"preview": {"columns": list("abcdefg"), "rows": []}},
        "preview.columns must be a list",
    ),
    (
        GOOD | {"preview": {"columns": ["a"], "rows": [["x" * 101]]}},
        "preview.rows[0] must be one line of at most 100 characters",
    ),
    (GOOD | {"preview": []}, "preview must be a JSON object"),
    (GOOD | {"summary": False}, "summary must be a string of at most 1000 characters, got False"),
    (GOOD | {"summary": "x" * 1001}, "summary must be a string of at most 1000 characters"),
    (b'{"rows": 1, "rows": 2, "flagged_rows": 0}', "names in an object must be unique, got 'rows'"),
]


@pytest.mark.parametrize(("answer", "problem"), WRONG, ids=[problem for _, problem in WRONG])
def test_a_wrong_answer_fails_with_the_fields_name(answer: Any, problem: str) -> None:
    said = problem_of(answer)
    assert said.startswith(f"the check function's answer is invalid: {problem}")


@pytest.mark.parametrize("answer", [b"", b"rows: 7", b"\xff", b"[" * 100_000, b'"\\ud800"'])
def test_an_answer_that_is_not_json_fails(answer: bytes) -> None:
    assert problem_of(answer) == "the check function's answer is not valid JSON"


def test_an_exception_fails_with_its_message() -> None:
    error = {"errorType": "ValueError", "errorMessage": "row 7 has no id", "stackTrace": ["secret"]}
    assert problem_of(error, "Unhandled") == (
        "the check function failed: ValueError: row 7 has no id"
    )


def test_a_function_that_is_too_slow_fails_by_name_and_is_not_called_again() -> None:
    """The workflow retries errors of AWS, for which the function would count for hours."""
    client = Mock()
    client.invoke.side_effect = ReadTimeoutError(endpoint_url="lambda")

    with pytest.raises(InvalidCounts, match="did not answer in time: set its timeout to at most"):
        CheckFunction(client=client, arn=ARN).count(FILE)


def test_the_function_is_called_once_and_has_14_minutes(
    load_handler: Callable[..., ModuleType],
) -> None:
    handler = load_handler(
        "check_dataset",
        EVIDENCE_BUCKET="evidence",
        ANOMALY_THRESHOLD="0.06",
        FLAG_COLUMN="flagged",
        CHECK_FUNCTION_ARN=ARN,
    )

    config = handler.CHECKS.own_count.__self__.client.meta.config
    assert config.retries["total_max_attempts"] == 1
    assert 14 * 60 < config.read_timeout < FUNCTION_SECONDS


@pytest.mark.parametrize("said", [b"out of memory", b'"out of memory"', b"{}"])
def test_an_error_in_another_form_is_shown_as_it_is(said: bytes) -> None:
    assert problem_of(said, "Unhandled") == f"the check function failed: {said.decode()}"


def test_a_long_error_is_cut() -> None:
    error = {"errorMessage": "x" * 10_000}
    assert len(problem_of(error, "Unhandled")) < 600
