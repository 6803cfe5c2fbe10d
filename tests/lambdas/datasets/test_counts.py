"""What a reviewer learns of a file."""

import tracemalloc
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.datasets.counts import Counts, count
from lambdas.datasets.errors import InvalidFile, InvalidRow
from lambdas.datasets.objects import opened
from lambdas.domain.review.text import likeness
from tests.lambdas.datasets.files import FLAG, CsvFile, csv_files, in_blocks


def counted(text: str, **more: Any) -> Counts:
    return count([text.encode()], FLAG, more.get("stated"))


@given(csv_files(), st.integers(1, 50))
def test_any_file_has_its_number_of_rows_and_flagged_rows(file: CsvFile, size: int) -> None:
    _, content = opened(in_blocks(file.body, size))

    counts = count(content, FLAG, file.delimiter)

    assert (counts.rows, counts.flagged_rows) == (len(file.flagged), sum(file.flagged))


@given(csv_files())
def test_the_facts_of_any_file_are_accepted_in_a_request(file: CsvFile) -> None:
    counts = count([file.text], FLAG, file.delimiter)

    names = ["Rows", "Flagged rows", *counts.facts]
    assert len(names) <= 10
    assert len({likeness(it) for it in names}) == len(names)
    assert all(0 < len(it) <= 60 for it in names)


@pytest.mark.parametrize("flag", ["true", "True", "TRUE", "1", "yes", "YES"])
def test_a_row_is_flagged_by_its_flag(flag: str) -> None:
    assert counted(f"id,flagged\n1,{flag}\n2,\n").flagged_rows == 1


@pytest.mark.parametrize("flag", ["false", "False", "0", "no", "No", ""])
def test_a_row_is_not_flagged(flag: str) -> None:
    assert counted(f"id,flagged,why\n1,{flag},\n").flagged_rows == 0


@pytest.mark.parametrize("why", ["duplicate", " ", "\u200b", "\u3000", "no", "false", "0"])
def test_a_row_is_flagged_by_any_reason_even_an_invisible_one(why: str) -> None:
    assert counted(f"id,flagged,why\n1,false,{why}\n").flagged_rows == 1


@pytest.mark.parametrize("flag", ["maybe", "2", " true", "true ", "\uff54rue", "t", "-", "NULL"])
def test_another_flag_is_rejected_by_row_and_rule(flag: str) -> None:
    with pytest.raises(InvalidRow) as caught:
        counted(f"id,flagged\n1,true\n2,{flag}\n")

    assert str(caught.value) == (
        f'row 2 has "{flag}" in column "flagged", which must be true, false, 1, 0, yes, no or empty'
    )


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("id,flag,why", 'the header has no column "flagged", only "id", "flag", "why": add'),
        ("id, flagged", 'has the column " flagged", which some programs take for "flagged": '),
        ("flagged,WHY", 'has the column "WHY", which some programs take for "why": rename it'),
        ("flagged,id,flagged", 'the header has the column "flagged" 2 times'),
        ("flagged,why,why,why", 'the header has the column "why" 3 times'),
        ("", "the file is empty: its first line must name the columns"),
    ],
)
def test_a_missing_or_repeated_column_is_rejected(header: str, problem: str) -> None:
    with pytest.raises(InvalidFile, match=problem):
        counted(f"{header}\n")


def test_a_wide_header_leaves_room_for_what_to_do() -> None:
    header = ",".join(f"a column with a long name {n}" for n in range(100))

    with pytest.raises(InvalidFile) as caught:
        counted(f"{header}\n")

    assert len(str(caught.value)) < 300
    assert "…: add the column, or set flagColumn" in str(caught.value)


def test_memory_does_not_depend_on_the_size() -> None:
    row = b"1," + b"x" * 1000 + b",no\n"
    blocks = (row * 1000 for _ in range(20))
    tracemalloc.start()
    try:
        counts = count(chain([b"id,note,flagged\n"], blocks), FLAG, None)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert counts.rows == 20_000
    assert peak < 10 * len(row * 1000)


def test_reasons_are_counted_and_ranked() -> None:
    rows = "".join(f"1,true,{why}\n" for why in ["late", "twice", "twice", "", "TWICE ", "late"])

    counts = counted(f"id,flagged,why\n{rows}")

    assert list(counts.facts.items()) == [("twice", 3), ("late", 2), ("No reason given", 1)]


def test_rare_reasons_are_counted_together() -> None:
    rows = "".join(f"1,true,reason {n}\n" * (30 - n) for n in range(20))

    counts = counted(f"id,flagged,why\n{rows}")

    assert len(counts.facts) == 8
    assert sum(counts.facts.values()) == counts.flagged_rows  # type: ignore[arg-type]
    assert list(counts.facts)[-1] == "Other reasons"


@pytest.mark.parametrize("why", ["Rows", "flagged  rows", "ROWS", "Other reasons"])
def test_a_reason_cannot_pass_for_a_fact_of_signoff(why: str) -> None:
    assert counted(f"id,flagged,why\n1,true,{why}\n").facts == {"Other reasons": 1}


def test_only_so_many_reasons_are_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.datasets.counts._MAX_REASONS", 2)
    rows = "".join(f"1,true,{why}\n" for why in ["late", "twice", "void", "empty", "late"])

    assert counted(f"id,flagged,why\n{rows}").facts == {"late": 2, "twice": 1, "Other reasons": 2}


def test_only_the_start_of_a_long_reason_is_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.datasets.counts._MAX_REASONS", 1)
    rows = "".join(f"1,true,{'x' * 100}{n}\n" for n in range(3))

    assert list(counted(f"id,flagged,why\n{rows}").facts.values()) == [3]


def test_without_the_column_there_are_no_reasons() -> None:
    assert counted("id,flagged\n1,true\n").facts == {}


def test_the_preview_has_the_first_flagged_rows_and_why() -> None:
    rows = "".join(f"{n},a,b,c,d,e,true,late\n" for n in range(9))

    preview = counted(f"id,v,w,x,y,z,flagged,why\n0,,,,,,no,\n{rows}").preview

    assert preview == {
        "columns": ["id", "why", "v", "w", "x", "y"],
        "rows": [[str(n), "late", "a", "b", "c", "d"] for n in range(5)],
    }


def test_columns_without_a_name_are_numbered_in_the_preview() -> None:
    preview = counted("id,,flagged\n1,2,true\n").preview

    assert preview == {"columns": ["id", "column 2"], "rows": [["1", "2"]]}


def test_a_file_without_rows_has_no_share() -> None:
    counts = counted("id,flagged\n")

    assert (counts.rows, counts.flagged_rows, counts.flagged_share) == (0, 0, 0.0)
