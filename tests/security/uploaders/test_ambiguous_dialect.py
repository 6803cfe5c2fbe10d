"""A file reads differently with another delimiter, or in another program, to hide its flags."""

import gzip
from dataclasses import replace

import pytest

from lambdas.datasets.errors import InvalidFile
from lambdas.datasets.publishing import GOOD_ROWS, Dataset
from lambdas.datasets.workflow_input import WorkflowInput
from tests.lambdas.datasets.conftest import KEY, Bucket, in_time

# With semicolons, the second row is not flagged.
TWO_FACES = 'flagged;a,flagged\n0;"x",0\n0;x,1\n'


def test_a_header_that_fits_two_delimiters_needs_a_stated_one(bucket: Bucket) -> None:
    bucket.put(TWO_FACES)

    with pytest.raises(InvalidFile, match="can be read with comma or semicolon"):
        bucket.check()


def test_publishing_uses_the_delimiter_of_the_check(bucket: Bucket) -> None:
    version = bucket.put(TWO_FACES.replace('"', ""), Metadata={"delimiter": "comma"})
    dataset = bucket.dataset(version)
    assert dataset.flagged_rows == 1

    published = bucket.publisher.publish(dataset, GOOD_ROWS, "", in_time)

    assert bucket.read(published["key"]) == b"flagged;a,flagged\n0;x,0\n"


def test_publishing_uses_the_flags_of_the_check(bucket: Bucket) -> None:
    """As after a deployment that changes `flagColumn` during the review."""
    bucket.put("id,bad,flagged\n1,yes,no\n2,no,yes\n")
    checks, given = replace(bucket.checks, flag_column="bad"), {"file": {"key": KEY}}
    checked = checks.check(WorkflowInput.parse(given), None, in_time)

    dataset = Dataset.parse(checked["dataset"])
    published = bucket.publisher.publish(dataset, GOOD_ROWS, "", in_time)

    assert bucket.read(published["key"]) == b"id,bad,flagged\n2,no,yes\n"


@pytest.mark.parametrize(
    "column", ["Flagged", " flagged", "flagged\u200b", "\uff46lagged", "WHY", "why "]
)
def test_a_column_that_programs_take_for_one_of_signoff_is_rejected(
    bucket: Bucket, column: str
) -> None:
    bucket.put(f"id,flagged,{column}\n1,no,yes\n")

    with pytest.raises(InvalidFile, match=r'which some programs take for "(flagged|why)"'):
        bucket.check()


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, br"])
def test_a_file_that_clients_decode_differently_is_rejected(bucket: Bucket, encoding: str) -> None:
    bucket.put("id,flagged\n1,no\n", ContentEncoding=encoding)

    with pytest.raises(InvalidFile, match=f'its Content-Encoding is "{encoding}"'):
        bucket.check()


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip"])
def test_gzip_that_clients_decode_differently_is_rejected(bucket: Bucket, encoding: str) -> None:
    bucket.put(gzip.compress(b"id,flagged\n1,no\n"), ContentEncoding=encoding)

    with pytest.raises(InvalidFile, match=f'its Content-Encoding is "{encoding}"'):
        bucket.check()


@pytest.mark.parametrize("charset", ["utf-16", '"UTF-7"', "cp037", ""])
def test_text_that_clients_decode_differently_is_rejected(bucket: Bucket, charset: str) -> None:
    """In UTF-7, `+AAo-` is a line break, and in EBCDIC, `k` is a comma."""
    bucket.put(
        "id,flagged\n1+AAo-2,no\n", ContentType=f"text/csv; header=present; charset={charset}"
    )

    with pytest.raises(InvalidFile, match="its Content-Type has the charset"):
        bucket.check()


@pytest.mark.parametrize("media_type", ["text/csv", "text/csv;charset=UTF-8", "text/html"])
def test_other_media_types_are_accepted(bucket: Bucket, media_type: str) -> None:
    body = gzip.compress(b"id,flagged\n1,no\n")
    bucket.put(body, ContentType=media_type, ContentEncoding="GZIP")

    assert bucket.check()["dataset"]["rows"] == 1


@pytest.mark.parametrize(
    "row",
    [
        '1,"x" "y",no',  # a quote after a closing quote
        '1,x"\n2,y",no',  # quotes in an unquoted field, which some programs join
        "1,x\r2,yes",  # a carriage return, which some programs take for a line break
        "1,x\0,no",  # NUL, where some programs end the text
        "1,x,no,yes",  # more fields than columns
        "1,no",  # fewer
    ],
)
def test_rows_that_programs_read_differently_are_rejected(bucket: Bucket, row: str) -> None:
    bucket.put(f"id,note,flagged\n{row}\n")

    with pytest.raises(InvalidFile, match=r"(row 1|row 2) "):
        bucket.check()
