"""Records are read as they are written, and only what every program reads the same is accepted."""

import csv
import io
from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.datasets.errors import InvalidFile, InvalidRow
from lambdas.datasets.records import MAX_RECORD, Delimiter, records, with_delimiter
from tests.lambdas.datasets.files import CsvFile, csv_files, in_blocks


def fields(body: bytes, delimiter: Delimiter = Delimiter.COMMA, size: int = 7) -> list[list[str]]:
    return [found for _, found in records(in_blocks(body, size), delimiter)]


@given(csv_files(), st.integers(1, 40))
def test_any_file_is_read_as_it_was_written(file: CsvFile, size: int) -> None:
    found = list(records(in_blocks(file.text, size), file.delimiter))

    assert [tuple(it) for _, it in found] == list(file.rows)
    assert [raw.encode() for raw, _ in found] == [file.header, *file.records]


@given(st.text(st.sampled_from(list('ab,;"\r\n\0é')), max_size=30), st.integers(1, 9))
def test_what_is_accepted_is_read_like_any_other_reader_does(text: str, size: int) -> None:
    """Python's reader stands for the others: it accepts more."""
    try:
        found = fields(text.encode(), size=size)
    except InvalidRow:
        return

    assert found == list(csv.reader(io.StringIO(text, newline="")))


@given(st.binary(max_size=60), st.integers(1, 9))
def test_any_bytes_are_read_completely_or_rejected(body: bytes, size: int) -> None:
    try:
        found = list(records(in_blocks(body, size), Delimiter.COMMA))
    except InvalidRow:
        return

    assert "".join(raw for raw, _ in found).encode() == body


def test_empty_lines_have_no_fields() -> None:
    assert fields(b"\na,b\n\n1,2\r\n\r\n") == [[], ["a", "b"], [], ["1", "2"], []]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"a,b\n1,2\n1\n", "row 2 has 1 field, but the header has 2"),
        (b"a,b\n1,2,3\n", "row 1 has 3 fields, but the header has 2"),
        (b'a,b\n1,x"y"\n', "row 1 is not valid CSV: enclose each field"),
        (b'a,b\n1,"x"y\n', "row 1 is not valid CSV"),
        (b'a,b\n1, "x"\n', "row 1 is not valid CSV"),
        (b'a,b\n1,"x\n2,y\n', "row 1 is not valid CSV"),
        (b'a,b\n1,2\n1,"x', "row 2 is not valid CSV"),
        (b"a,b\n1,2\r3,4\n", "row 1 is not valid CSV"),
        (b"a,b\r1,2\r", "the header is not valid CSV"),
        (b"a,b\n1,2\r\r\n", "row 1 is not valid CSV"),
        (b"a,b\n1,2\r", "row 1 is not valid CSV"),
        ('a,b\n\ufeff"1,2"\n'.encode(), "row 1 is not valid CSV"),
        ('\ufeff\n\ufeff"a,b"\n'.encode(), "the header is not valid CSV"),
        (b"a,b\n1,\0\n", "row 1 is not valid CSV"),
        (b"a,b\n1,2\n1,\xff\n", "row 2 is not valid UTF-8"),
        (b"a,b\n1,2\n1,\xc3", "row 2 is not valid UTF-8"),
        ("a,b\n1,ü\n".encode("utf-16"), "the header is not valid UTF-8"),
        ("a,b\n1,ü\n".encode("latin-1"), "row 1 is not valid UTF-8"),
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_a_broken_file_is_rejected_by_row_and_rule(body: bytes, problem: str, size: int) -> None:
    with pytest.raises(InvalidRow, match=problem):
        fields(body, size=size)


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(b'"' + b"x\n" * MAX_RECORD, id="quote"),
        pytest.param(b'"x\n",' * MAX_RECORD, id="fields"),
        pytest.param(b"x" * 2 * MAX_RECORD, id="line"),
    ],
)
def test_a_record_without_an_end_is_rejected_before_the_file_is_read(cell: bytes) -> None:
    taken: list[bytes] = []

    def blocks() -> Generator[bytes]:
        for block in [b"a,b\n1,", *in_blocks(cell, 1024 * 1024), b"rest", b"rest"]:
            taken.append(block)
            yield block

    with pytest.raises(InvalidRow, match="row 1 is longer than 1,048,576 characters"):
        list(records(blocks(), Delimiter.COMMA))
    assert b"rest" not in taken


@pytest.mark.parametrize("size", [1000, 3 * MAX_RECORD])
@pytest.mark.parametrize("lines", [1, 2])
def test_a_record_is_as_long_as_allowed_wherever_a_block_ends(size: int, lines: int) -> None:
    first = b'"\n",' if lines == 2 else b"wide,"
    longest = first + b"," * (MAX_RECORD - len(first) - 1) + b"\n"

    [found] = records(in_blocks(longest, size), Delimiter.COMMA)
    assert len(found[0]) == MAX_RECORD
    with pytest.raises(InvalidRow, match="the header is longer than 1,048,576 characters"):
        list(records(in_blocks(b"," + longest, size), Delimiter.COMMA))


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("id,flagged", Delimiter.COMMA),
        ("id;flagged", Delimiter.SEMICOLON),
        ("id\tflagged", Delimiter.TAB),
        ("flagged", Delimiter.COMMA),
        ('"a;b",flagged', Delimiter.COMMA),
        ("a,b;flagged", Delimiter.SEMICOLON),
        ('\ufeff"flagged";x', Delimiter.SEMICOLON),
    ],
)
def test_the_delimiter_is_found_from_the_header(header: str, delimiter: Delimiter) -> None:
    body = f"{header}\n".encode()

    found, blocks = with_delimiter(in_blocks(body, 3), "flagged")

    assert found is delimiter
    assert b"".join(blocks) == body


def test_a_header_that_fits_two_delimiters_is_rejected() -> None:
    with pytest.raises(InvalidFile, match="can be read with comma or semicolon as delimiter"):
        with_delimiter([b"flagged;a,flagged\n"], "flagged")


def test_an_empty_file_has_no_delimiter() -> None:
    with pytest.raises(InvalidFile, match="the file is empty"):
        with_delimiter([b""], "flagged")
