"""A file is pinned, counted, and described in a request that the gate accepts."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lambdas.datasets.counts import Counts
from lambdas.datasets.errors import (
    FileNotFound,
    FileTooLarge,
    InvalidCounts,
    InvalidFile,
    InvalidRow,
)
from lambdas.datasets.limits import LARGEST_FILE
from lambdas.datasets.metadata import encoded
from lambdas.datasets.objects import File
from lambdas.datasets.workflow_input import WorkflowInput
from lambdas.domain.callers.results import failure_text
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.request_rules import parse_request
from tests.lambdas.datasets.conftest import KEY, Bucket, in_time

ROWS = "id;flagged;why\n1;true;late\n2;no;\n3;;\n4;;\n"


def answering(counts: Counts) -> Callable[[File], Counts]:
    """A function of the user's with this result."""

    def own_count(_: File) -> Counts:
        return counts

    return own_count


def test_a_file_is_described_for_the_workflow_and_for_reviewers(bucket: Bucket) -> None:
    version = bucket.put(ROWS)

    checked = bucket.check()

    digest = hashlib.sha256(ROWS.encode()).hexdigest()
    pinned = {"bucket": bucket.name, "key": KEY, "version_id": version}
    assert checked["dataset"] == {
        **pinned,
        "sha256": digest,
        "rows": 4,
        "flagged_rows": 1,
        "flagged_share": 0.25,
        "delimiter": "semicolon",
        "flag_column": "flagged",
    }
    assert checked["request"] == {
        "title": "orders.csv: 1 of 4 rows is flagged",
        "requested_by": "",
        "summary": "",
        "facts": {"Rows": 4, "Flagged rows": 1, "late": 1},
        "gauge": {"name": "Flagged rows", "value": 0.25, "limit": 0.06},
        "evidence": [{**pinned, "size": len(ROWS), "name": "orders.csv"}],
        "preview": {"columns": ["id", "why"], "rows": [["1", "late"]]},
        "questions": [
            {
                "name": "publish",
                "label": "Publish (all rows if left open)",
                "kind": "choice",
                "choices": ["all rows", "only rows that are not flagged"],
            }
        ],
    }
    assert parse_request(checked["request"], (f"{bucket.name}/incoming/",), timedelta(hours=1))


def test_the_digest_is_stated_where_s3_can_confirm_it(bucket: Bucket) -> None:
    bucket.put(ROWS, ChecksumAlgorithm="SHA256")

    checked = bucket.check()

    assert checked["request"]["evidence"][0]["sha256"] == checked["dataset"]["sha256"]


def test_a_replaced_file_is_checked_in_the_version_that_was_asked_for(bucket: Bucket) -> None:
    version = bucket.put(ROWS)
    bucket.put("id,flagged\n")

    assert bucket.check(version_id=version)["dataset"]["rows"] == 4
    assert bucket.check()["dataset"]["rows"] == 0


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ("1,true\n", "orders.csv: 1 of 1 row is flagged"),
        ("1,true\n2,true\n3,\n", "orders.csv: 2 of 3 rows are flagged"),
        ("", "orders.csv: no rows"),
    ],
)
def test_the_title_states_the_counts(bucket: Bucket, rows: str, title: str) -> None:
    bucket.put(f"id,flagged\n{rows}")

    assert bucket.check()["request"]["title"] == title


def test_a_long_name_is_cut_so_that_the_title_fits(bucket: Bucket) -> None:
    key = f"incoming/{'long-' * 40}.csv"
    bucket.put(ROWS, key)
    most = Counts(rows=10**15, flagged_rows=10**15)
    checks = replace(bucket.checks, own_count=answering(most))

    request = checks.check(WorkflowInput.parse({"file": {"key": key}}), None, in_time)["request"]

    assert len(request["title"]) == 150
    assert request["title"].endswith(" of 1,000,000,000,000,000 rows are flagged")
    assert request["evidence"][0]["name"] == f"{('long-' * 20)[:-1]}…"


@pytest.mark.parametrize(
    ("length", "shown"), [(100, "n" * 100), (101, f"{'n' * 99}…")], ids=["fits", "too long"]
)
def test_a_name_is_shown_whole_if_it_fits(bucket: Bucket, length: int, shown: str) -> None:
    key = f"incoming/{'n' * length}"
    bucket.put(ROWS, key)

    assert bucket.check(key)["request"]["evidence"][0]["name"] == shown


def test_a_request_that_the_gate_would_reject_fails_before_it_is_sent(bucket: Bucket) -> None:
    bucket.put(ROWS)
    wrong = Counts(rows=9, flagged_rows=3, summary="x" * 1001)
    checks = replace(bucket.checks, own_count=answering(wrong))

    with pytest.raises(InvalidInput, match="summary must be a string of at most 1000"):
        checks.check(WorkflowInput.parse({"file": {"key": KEY}}), None, in_time)


def test_an_invalid_answer_of_the_users_function_is_named_with_its_file(bucket: Bucket) -> None:
    bucket.put(ROWS)

    def own_count(_: File) -> Counts:
        raise InvalidCounts("rows is missing")

    checks = replace(bucket.checks, own_count=own_count)

    with pytest.raises(InvalidCounts, match=f"^{KEY}: rows is missing"):
        checks.check(WorkflowInput.parse({"file": {"key": KEY}}), None, in_time)


def test_a_name_that_nobody_can_see_is_replaced(bucket: Bucket) -> None:
    bucket.put(ROWS, "incoming/\u3164")

    assert bucket.check("incoming/\u3164")["request"]["title"].startswith("file: 1 of 4 rows")


def test_a_function_of_the_user_leaves_no_choice_of_rows(bucket: Bucket) -> None:
    version = bucket.put(b"any format")
    counted = Counts(rows=9, flagged_rows=3, facts={"late": 3})
    checks = replace(bucket.checks, own_count=answering(counted))

    checked = checks.check(WorkflowInput.parse({"file": {"key": KEY}}), None, in_time)

    assert checked["request"]["questions"] == []
    assert checked["request"]["facts"] == {"Rows": 9, "Flagged rows": 3, "late": 3}
    assert checked["dataset"] == {
        "bucket": bucket.name,
        "key": KEY,
        "version_id": version,
        "sha256": "",
        "rows": 9,
        "flagged_rows": 3,
        "flagged_share": 3 / 9,
        "delimiter": "",
        "flag_column": "",
    }


def test_a_file_without_rows_says_so(bucket: Bucket) -> None:
    bucket.put("id,flagged\n")

    checked = bucket.check()

    assert checked["request"]["title"] == "orders.csv: no rows"
    assert checked["dataset"]["flagged_share"] == 0.0


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("incoming/northwind/orders.csv", "northwind/orders.csv"),
        ("incoming/north  wind/orders.csv", "north wind/orders.csv"),
        (f"incoming/{'n' * 100}/orders.csv", f"{'n' * 99}…"),
    ],
)
def test_reviewers_see_the_folder_of_the_producer(bucket: Bucket, key: str, shown: str) -> None:
    bucket.put(ROWS, key)

    request = bucket.check(key)["request"]

    assert request["evidence"][0]["name"] == shown
    assert request["title"] == f"{shown}: 1 of 4 rows is flagged"


def test_title_and_requester_come_from_the_metadata(bucket: Bucket) -> None:
    bucket.put(ROWS, Metadata={"title": encoded("Größe: ¥"), "requested-by": "@U012ABCDEF"})

    request = bucket.check()["request"]

    assert (request["title"], request["requested_by"]) == ("Größe: ¥", "U012ABCDEF")


def test_the_execution_s_own_title_and_requester_come_first(bucket: Bucket) -> None:
    bucket.put(ROWS, Metadata={"title": "Old", "requested-by": "someone"})

    request = bucket.check(title="New", requested_by="kim")["request"]

    assert (request["title"], request["requested_by"]) == ("New", "kim")


@pytest.mark.parametrize("stated", ["semicolon", ";"])
def test_a_stated_delimiter_is_used(bucket: Bucket, stated: str) -> None:
    bucket.put("flagged;a,flagged\n1;b,2\n", Metadata={"delimiter": stated})

    assert bucket.check()["dataset"]["flagged_rows"] == 1


@pytest.mark.parametrize(
    ("metadata", "error", "problem"),
    [
        ({"title": "x" * 151}, InvalidInput, "title in the metadata must be one line"),
        ({"requested-by": "x" * 81}, InvalidInput, "requested-by in the metadata must be one"),
        ({"delimiter": "pipe"}, InvalidFile, "delimiter in the metadata must be one of comma,"),
        ({"delimiter": "comma"}, InvalidFile, 'the header has no column "flagged"'),
    ],
)
def test_wrong_metadata_is_rejected_by_name(
    bucket: Bucket, metadata: dict[str, str], error: type[Exception], problem: str
) -> None:
    bucket.put(ROWS, Metadata=metadata)

    with pytest.raises(error, match=f"^{KEY}: {problem}"):
        bucket.check()


def test_a_broken_row_is_named_with_its_file(bucket: Bucket) -> None:
    bucket.put("id,flagged\n1,no\n2,perhaps\n")

    with pytest.raises(InvalidRow, match=f'^{KEY}: row 2 has "perhaps" in column "flagged"'):
        bucket.check()


def test_a_long_key_leaves_room_for_what_is_wrong(bucket: Bucket) -> None:
    """The channel shows 500 characters of an error, and 200 after an approval."""
    key = f"{KEY}{'x' * 900}"
    bucket.put("id,flagged\n1,no\n2,perhaps\n", key)

    with pytest.raises(InvalidRow) as caught:
        bucket.check(key)

    shown = failure_text({"error": "InvalidRow", "cause": str(caught.value)})
    assert shown.startswith(f"InvalidRow: {KEY}xxx")
    assert '…: row 2 has "perhaps" in column "flagged"' in shown


@pytest.mark.parametrize("version", ["", "nonsense"])
def test_a_missing_file_is_rejected(bucket: Bucket, version: str) -> None:
    with pytest.raises(FileNotFound, match=f"^{KEY}: the file does not exist"):
        bucket.check(version_id=version)


def test_a_file_without_a_version_is_rejected(bucket: Bucket) -> None:
    bucket.s3.put_bucket_versioning(
        Bucket=bucket.name, VersioningConfiguration={"Status": "Suspended"}
    )
    bucket.s3.put_object(Bucket=bucket.name, Key=KEY, Body=b"id,flagged\n")

    with pytest.raises(InvalidFile, match="the file has no version"):
        bucket.check()


def test_a_gzip_bomb_is_rejected_before_it_is_read(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.datasets.limits.LARGEST_FILE", 100_000)
    bucket.put(gzip.compress(b"id,flagged\n" + b"1,no\n" * 1_000_000))

    with pytest.raises(FileTooLarge, match="split it into several files"):
        bucket.check()


def test_a_compressed_file_is_checked_only_while_there_is_time(bucket: Bucket) -> None:
    """One block of it can have more rows than there is time for."""
    bucket.put(gzip.compress(b"id,flagged\n" + b"1,no\n" * 500_000))
    times = iter([60.0, 60.0, -1.0])
    given = WorkflowInput.parse({"file": {"key": KEY}})

    with pytest.raises(FileTooLarge, match=r"in time: 1,048,576 bytes \(uncompressed\) were"):
        bucket.checks.check(given, None, lambda: next(times))


def test_a_file_that_is_too_large_is_rejected_at_once(
    bucket: Bucket, aws_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put(ROWS)
    aws_calls.clear()
    monkeypatch.setattr("lambdas.datasets.limits.LARGEST_FILE", len(ROWS) - 1)

    with pytest.raises(FileTooLarge, match=r"the most that can be checked in 15 minutes"):
        bucket.check()
    assert aws_calls == ["HeadObject"]
    assert LARGEST_FILE == 4_200_000_000


def test_the_largest_file_is_accepted(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put(ROWS)
    monkeypatch.setattr("lambdas.datasets.limits.LARGEST_FILE", len(ROWS))

    assert bucket.check()["dataset"]["rows"] == 4


def test_a_file_takes_two_calls(bucket: Bucket, aws_calls: list[str]) -> None:
    bucket.put(ROWS)
    aws_calls.clear()

    bucket.check()

    assert aws_calls == ["HeadObject", "GetObject"]


def test_the_sample_is_counted_by_signoff_even_with_a_function_of_the_user(bucket: Bucket) -> None:
    version = bucket.put(ROWS, "samples/run-1.csv")

    def own_count(_: File) -> Any:
        raise AssertionError("the sample is not the user's")

    checks = replace(bucket.checks, own_count=own_count)
    sample = {"key": "samples/run-1.csv", "version_id": version}
    checked = checks.check(WorkflowInput.parse({}), sample, in_time)

    assert checked["request"]["title"] == "1 of 4 rows is flagged"
    assert checked["request"]["evidence"][0]["name"] == "dataset.csv"
