"""A small file that decompresses to more than any function can read."""

import gzip
import zlib
from typing import Any

import pytest

from lambdas.datasets.errors import FileTooLarge, InvalidRow
from lambdas.datasets.objects import opened
from lambdas.datasets.publishing import GOOD_ROWS
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


def test_its_time_runs_out_between_pieces(bucket: Bucket) -> None:
    """One block of it can have more rows than there is time for."""
    times = iter([60.0, 60.0, -1.0])
    dataset = bucket.dataset(bucket.put(gzip.compress(b"id,flagged\n" + b"1,no\n" * 500_000)))

    with pytest.raises(FileTooLarge, match=r"in time: 1,048,576 bytes \(uncompressed\) were"):
        bucket.publisher.publish(dataset, GOOD_ROWS, "", lambda: next(times))


def test_a_file_of_empty_members_is_not_copied_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte has 50,000 of them."""
    given: list[int] = []
    make: Any = zlib.decompressobj

    class Spy:
        def __init__(self, window: int) -> None:
            self._zlib = make(window)

        def decompress(self, data: bytes, most: int) -> bytes:
            given.append(len(data))
            return self._zlib.decompress(data, most)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._zlib, name)

    monkeypatch.setattr("lambdas.datasets.objects.zlib.decompressobj", Spy)
    _, content = opened(iter([gzip.compress(b"id,flagged\n") + gzip.compress(b"") * 10_000]))

    assert list(content) == [b"id,flagged\n"]
    assert len(given) > 10_000
    assert max(given) <= 64 * 1024
