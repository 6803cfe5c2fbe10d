"""The workflow's input is untrusted until it is parsed."""

import math
from typing import Any

import pytest

from lambdas.datasets.workflow_input import FileInput, WorkflowInput
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.request_rules import STARTED_BY


def test_every_field_is_optional() -> None:
    assert WorkflowInput.parse({}) == WorkflowInput(
        file=None, rows=1000, anomaly_rate=0.0, title="", requested_by=""
    )


@pytest.mark.parametrize("version", ["3HL4kqtJvjVBH40Nrjfkd", "null", "v" * 1024])
@pytest.mark.parametrize(
    "key",
    [
        "incoming/orders.csv",
        "incoming/2026/11/orders.csv.gz",
        "incoming/.hidden",
        "incoming/..orders.csv",
        "incoming/a b&c=d?e+f%2F#g.csv",
        "incoming/größe 承認.csv",
        "incoming/incoming/orders.csv",
        "incoming/https://example.com/orders.csv".replace("//", "/"),
        "incoming/=HYPERLINK(1)",
        "incoming/" + "k" * 991,
        "incoming/" + "\xe4" * 495 + "k",
    ],
)
def test_a_file_has_a_key_and_perhaps_a_version(key: str, version: str) -> None:
    given = WorkflowInput.parse({"file": {"key": key, "version_id": version}})
    assert given.file == FileInput(key=key, version_id=version)
    for unversioned in ({"key": key}, {"key": key, "version_id": None}):
        assert WorkflowInput.parse({"file": unversioned}).file == FileInput(key=key, version_id="")


def test_a_file_comes_with_a_title_and_a_requester() -> None:
    given = WorkflowInput.parse(
        {"file": {"key": "incoming/a"}, "title": " Orders ", "requested_by": "<@U012ABCDEF>"}
    )
    assert (given.title, given.requested_by) == ("Orders", "U012ABCDEF")


PLACE = "file.key must be the key of a file below incoming/, with printable characters"


@pytest.mark.parametrize(
    "key",
    [
        *(
            "incoming/",
            "incoming",
            "incoming/folder/",
            "incoming//",
            "incoming//a",
            "incoming/a//b",
        ),
        *(
            "incoming/.",
            "incoming/..",
            "incoming/./a",
            "incoming/../a",
            "incoming/a/..",
            "incoming/a/./b",
        ),
        *("incoming/../published/a", "incoming/a/../../b", "incoming/..//a"),
        *(
            "samples/a",
            "published/a",
            "attachments/a",
            "newest/a",
            "a",
            "/incoming/a",
            "./incoming/a",
        ),
        *("Incoming/a", " incoming/a", "incoming\\a", "incomings/a", "incoming\u2215a"),
        *("incoming/a\nb", "incoming/\ta", "incoming/a\x00", "incoming/\x1b[31m", "incoming/a\x7f"),
        # Invisible, or reversing what follows.
        *("incoming/a\u200b", "incoming/\u202egpj.exe", "incoming/\ufeffa", "incoming/a\u2028b"),
        *("incoming/\xa0", "incoming/\U000e0041", "incoming/\xad"),
    ],
)
def test_a_key_that_people_or_programs_could_misread_is_rejected(key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        WorkflowInput.parse({"file": {"key": key}})
    message = str(refused.value)
    assert message.startswith(PLACE)
    assert message.isprintable()


def test_the_input_may_contain_the_parent_execution() -> None:
    given = {"title": " Upload ", STARTED_BY: "arn:aws:states:x:y:execution:train:1"}
    assert WorkflowInput.parse(given).title == "Upload"


NO_FILES: list[Any] = [None, "", "incoming/a", [], 0]
NO_KEYS: list[Any] = [None, "", 7, True, ["incoming/a"]]
NO_VERSIONS: list[Any] = ["", "v\n", "v" * 1025, 7, ["v1"], {}, False]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"review": {"decision": "approved"}},
            "the input has an unknown field 'review', known fields: file, rows",
        ),
        ({"dataset": {"flagged_share": 0}}, "the input has an unknown field 'dataset'"),
        (
            {"bucket": "b", "key": "incoming/customer.csv"},
            "the input has an unknown field 'bucket'",
        ),
        (
            {"file": {"key": "incoming/a"}, "rows": 1},
            "the input must have file or rows, not both",
        ),
        (
            {"file": {"key": "incoming/a"}, "anomaly_rate": 0.1},
            "the input must have file or anomaly_rate, not both",
        ),
        ({"file": None, "rows": 1000}, "the input must have file or rows, not both"),
        *[({"file": it}, "file must be a JSON object") for it in NO_FILES],
        ({"file": {}}, "file.key must be"),
        ({"file": {"version_id": "v1"}}, "file.key must be"),
        *[({"file": {"key": it}}, "file.key must be") for it in NO_KEYS],
        (
            {"file": {"key": "incoming/" + "k" * 992}},
            "file.key must be at most 1000 bytes in UTF-8, got 1001",
        ),
        (
            {"file": {"key": "incoming/" + "\xe4" * 496}},
            "file.key must be at most 1000 bytes in UTF-8, got 1001",
        ),
        ({"file": {"key": "incoming/\ud800"}}, "file.key must be"),
        *[
            ({"file": {"key": "incoming/a", "version_id": it}}, "file.version_id must ")
            for it in NO_VERSIONS
        ],
        (
            {"file": {"key": "incoming/a", "bucket": "other"}},
            "file has an unknown field 'bucket', known fields: key, version_id",
        ),
        ({"file": {"key": "incoming/a", "delimiter": "tab"}}, "unknown field 'delimiter'"),
        ({"sample": {"key": "samples/a"}}, "the input has an unknown field 'sample'"),
        ({"accepted": "v1"}, "the input has an unknown field 'accepted'"),
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


@pytest.mark.parametrize(
    "given",
    [
        {"title": "x" * 1_000_000},
        {"file": "x" * 1_000_000},
        {"file": {"key": "x" * 1_000_000}},
        {"file": {"key": "x" * 1000}},
        {"file": {"key": "incoming/a", "version_id": "x" * 1_000_000}},
        {"file": {"key": "incoming/a", "x" * 1_000_000: 1}},
    ],
)
def test_a_huge_value_is_truncated_in_the_error(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        WorkflowInput.parse(given)

    assert len(str(refused.value)) < 300
