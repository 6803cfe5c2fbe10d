"""A file reads differently with another delimiter, or in another program, to hide its flags."""

import pytest

from lambdas.datasets.errors import InvalidFile
from lambdas.datasets.publishing import GOOD_ROWS
from tests.lambdas.datasets.conftest import Bucket, in_time

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
