"""A small file that decompresses to more than any function can read."""

import gzip

import pytest

from lambdas.datasets.errors import FileTooLarge, InvalidRow
from lambdas.datasets.objects import opened
from tests.lambdas.datasets.conftest import Bucket


def test_it_is_read_to_the_limit_at_most(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.datasets.limits.LARGEST_FILE", 3_000_000)
    bucket.put(gzip.compress(b"id,flagged\n" + b"1,no\n" * 2_000_000))

    with pytest.raises(FileTooLarge, match="split it into several files"):
        bucket.check()


def test_a_bomb_of_one_line_ends_with_its_first_megabyte(bucket: Bucket) -> None:
    bucket.put(gzip.compress(b"id,flagged\n" + b"x" * 100_000_000))

    with pytest.raises(InvalidRow, match="row 1 is longer than"):
        bucket.check()


def test_its_pieces_need_little_memory() -> None:
    _, content = opened([gzip.compress(bytes(200_000_000), 1)])

    assert max(map(len, content)) <= 1024 * 1024


def test_a_bomb_in_a_bomb_is_no_text(bucket: Bucket) -> None:
    bucket.put(gzip.compress(gzip.compress(b"id,flagged\n" * 1000)))

    with pytest.raises(InvalidRow, match="is not valid UTF-8"):
        bucket.check()
