"""Files are read in blocks and decompressed in pieces."""

import gzip
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from lambdas.datasets.errors import FileNotFound, InvalidFile
from lambdas.datasets.objects import BLOCK_BYTES, blocks, find, opened
from tests.lambdas.datasets.conftest import KEY, Bucket, in_time
from tests.lambdas.datasets.files import in_blocks

TEXT = b"id,flagged\n" + b"1,no\n" * 50


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=3), st.integers(1, 60))
def test_gzip_of_several_members_is_decompressed(parts: list[bytes], size: int) -> None:
    body = b"".join(map(gzip.compress, parts))

    compressed, content = opened(in_blocks(body, size))

    assert compressed
    assert b"".join(content) == b"".join(parts)


def test_pieces_are_small_however_much_they_are_compressed() -> None:
    _, content = opened([gzip.compress(bytes(50_000_000))])

    sizes = [len(piece) for piece in content]
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 1024 * 1024


@pytest.mark.parametrize("extra", [0, 1, 7])
@pytest.mark.parametrize("size", [1, 10**6])
def test_full_pieces_are_complete_wherever_a_block_ends(extra: int, size: int) -> None:
    body = bytes(3 * 1024 * 1024 + extra)

    _, content = opened(in_blocks(gzip.compress(body) + gzip.compress(b"rest"), size))

    assert b"".join(content) == body + b"rest"


GZIP = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (GZIP[:-3], "the file is incomplete gzip: upload it again"),
        (GZIP + b"more", "the file is not valid gzip: compress it again"),
        (GZIP + b"\0\0", "the file is not valid gzip"),
        (GZIP[:12] + b"\xff\xff" + GZIP[14:], "the file is not valid gzip"),
        (GZIP[:5], "the file is incomplete gzip"),
    ],
)
def test_broken_gzip_is_rejected(body: bytes, problem: str) -> None:
    _, content = opened(in_blocks(body, 7))

    with pytest.raises(InvalidFile, match=problem):
        list(content)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"PK\x03\x04\x14\x00", "an Excel workbook or another ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook"),
        (b"PAR1\x15\x04", "a Parquet file"),
        ("id,flagged\n".encode("utf-16"), "UTF-16 text"),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_a_file_in_another_format_is_rejected_by_its_name(
    body: bytes, name: str, size: int
) -> None:
    with pytest.raises(InvalidFile, match=f"^the file is {name}: save it as CSV in UTF-8$"):
        opened(in_blocks(body, size))


@pytest.mark.parametrize("body", [b"", b"\x1f", b"PAR1,flagged\n", b"PK", TEXT])
def test_other_files_are_not_decompressed(body: bytes) -> None:
    compressed, content = opened(in_blocks(body, 1))

    assert not compressed
    assert b"".join(content) == body


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, FileNotFound),
        (403, FileNotFound),
        (404, FileNotFound),
        (500, ClientError),
        (503, ClientError),
    ],
)
def test_only_a_refusal_means_that_there_is_no_such_file(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, status: int, error: type[Exception]
) -> None:
    """S3 answers 400 for a version id that none can be."""

    def refuse(**_: Any) -> None:
        answer: Any = {"ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(answer, "HeadObject")

    client = boto3.client("s3")
    monkeypatch.setattr(client, "head_object", refuse)

    with pytest.raises(error):
        find(client, bucket.name, KEY)


@pytest.mark.parametrize(
    ("stored", "encoding"),
    [
        ("", None),
        ("aws-chunked", None),
        ("aws-chunked,gzip", "gzip"),
        ("gzip, aws-chunked", "gzip"),
        ("gzip,", "gzip"),
        ("gzip, br", "gzip, br"),
    ],
)
def test_the_encoding_of_the_upload_is_not_that_of_the_file(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, stored: str, encoding: str | None
) -> None:
    bucket.put(TEXT)
    found = bucket.s3.head_object(Bucket=bucket.name, Key=KEY)

    def head(**_: Any) -> Any:
        return {**found, "ContentEncoding": stored}

    client = boto3.client("s3")
    monkeypatch.setattr(client, "head_object", head)

    assert find(client, bucket.name, KEY).media.get("ContentEncoding") == encoding


def test_a_version_is_read_in_blocks(bucket: Bucket, aws_calls: list[str]) -> None:
    body = bytes(range(256)) * (BLOCK_BYTES // 256) + b"rest"
    file = find(bucket.s3, bucket.name, KEY, bucket.put(body))
    bucket.put(b"another version")
    aws_calls.clear()

    assert b"".join(blocks(bucket.s3, file, in_time)) == body
    assert aws_calls == ["GetObject", "GetObject"]


def test_a_block_is_read_again_if_the_connection_breaks(bucket: Bucket) -> None:
    file = find(bucket.s3, bucket.name, KEY, bucket.put(TEXT))
    broken = iter([True, True, False])

    breaking: Any = _Breaking(bucket.s3, broken)
    assert list(blocks(breaking, file, in_time)) == [TEXT]


def test_a_connection_that_keeps_breaking_fails_the_read(bucket: Bucket) -> None:
    file = find(bucket.s3, bucket.name, KEY, bucket.put(TEXT))

    breaking: Any = _Breaking(bucket.s3, iter([True] * 3))
    with pytest.raises(ReadTimeoutError):
        list(blocks(breaking, file, in_time))


def test_a_request_that_botocore_retried_is_not_made_again(bucket: Bucket) -> None:
    """Its retries alone take minutes, of the 15 that a function has."""
    file = find(bucket.s3, bucket.name, KEY, bucket.put(TEXT))
    client = Mock()
    client.get_object.side_effect = ConnectTimeoutError(endpoint_url="s3")

    with pytest.raises(ConnectTimeoutError):
        list(blocks(client, file, in_time))
    client.get_object.assert_called_once()


class _Breaking:
    """A client whose connection breaks while a body is read."""

    def __init__(self, s3: Any, broken: Iterator[bool]) -> None:
        self._s3, self._broken = s3, broken

    def get_object(self, **asked: Any) -> Any:
        found = self._s3.get_object(**asked)
        return {"Body": self if next(self._broken) else found["Body"]}

    def read(self) -> bytes:
        raise ReadTimeoutError(endpoint_url="s3")
