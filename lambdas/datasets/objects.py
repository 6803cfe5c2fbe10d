"""Read one version of an S3 object as a stream, decompressed, within the limits of a function."""

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.datasets.errors import FileNotFound, InvalidFile, StorageUnavailable
from lambdas.datasets.limits import SecondsLeft, check_size, check_time
from lambdas.domain.review.request_rules import UNVERSIONED
from lambdas.domain.runtime.clients import AWS_ERRORS, status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BLOCK_BYTES = 8 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
_FEED_BYTES = 64 * 1024
"""What a decompressor gets at once. It copies the rest for each member of a file."""
_READS = 3
_GZIP = b"\x1f\x8b"
_OTHER_FORMATS: Mapping[bytes, str] = {
    b"PK\x03\x04": "an Excel workbook or another ZIP archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"PAR1\x15": "a Parquet file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
"""What people take for CSV, by its first bytes, with which no CSV file in UTF-8 begins."""
_FIRST_BYTES = max(map(len, _OTHER_FORMATS))
GZIP_WINDOW = 31
"""zlib's number for gzip's header and largest window."""
_TRANSFER = "aws-chunked"
"""The encoding of an upload, not of the file. S3 usually drops it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""


@dataclass(frozen=True, kw_only=True)
class File:
    """One version of an object, as S3 describes it."""

    bucket: str
    key: str
    version_id: str
    size: int
    modified_at: datetime
    metadata: Mapping[str, str]
    media: Mapping[str, str]
    """Its media type and encoding, as parameters of `PutObject`."""
    has_digest: bool
    """Whether S3 has the SHA-256 of the whole object."""


def storage() -> "S3Client":
    """A client for large objects: patient, with more retries than the domain's."""
    patient = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 5},
        signature_version="s3v4",
    )
    return boto3.client("s3", config=patient)


@contextmanager
def aws_errors() -> Generator[None]:
    """Raise `StorageUnavailable` for errors of AWS calls, which have no common name."""
    try:
        yield
    except AWS_ERRORS as error:
        raise StorageUnavailable(f"{type(error).__name__}: {error}") from None


def find(client: "S3Client", bucket: str, key: str, version_id: str = "") -> File:
    """Find a version of an object, or the latest. Raises `FileNotFound`, and `InvalidFile`
    for one without a version."""
    version: Any = {"VersionId": version_id} if version_id else {}
    try:
        found = client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED", **version)
    except ClientError as error:
        if not HTTPStatus.BAD_REQUEST <= status_of(error) < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        which = f" in version {version_id}" if version_id else ""
        raise FileNotFound(
            f"the file does not exist{which}, or may not be read: check its key, or upload it again"
        ) from None
    version_id = found.get("VersionId", UNVERSIONED)
    if version_id == UNVERSIONED:
        raise InvalidFile(
            "the file has no version, since it was written within 15 minutes after versioning was"
            " enabled: upload it again"
        )
    return File(
        bucket=bucket,
        key=key,
        version_id=version_id,
        size=found["ContentLength"],
        modified_at=found["LastModified"],
        metadata=found.get("Metadata", {}),
        media=_media(found),
        has_digest="-" not in found.get("ChecksumSHA256", "-"),
    )


def blocks(client: "S3Client", file: File, seconds_left: SecondsLeft) -> Generator[bytes]:
    """Yield the object's bytes in blocks. Raises `FileTooLarge` if the time runs out.

    Ranges, since S3 closes connections that are read slowly.
    """
    for start in range(0, file.size, BLOCK_BYTES):
        check_time(seconds_left, f"{start:,} of {file.size:,} bytes")
        yield _block(client, file, start, min(start + BLOCK_BYTES, file.size) - 1)


def hashed(raw: Iterable[bytes], update: Callable[[bytes], None]) -> Generator[bytes]:
    """Yield the same bytes, and update a digest with each block."""
    for block in raw:
        update(block)
        yield block


def timed(content: Iterable[bytes], seconds_left: SecondsLeft) -> Generator[bytes]:
    """Yield the same pieces. Raises `FileTooLarge` if the time runs out.

    A block can decompress to more than a function can process.
    """
    size = 0
    for piece in content:
        check_time(seconds_left, f"{size:,} bytes (uncompressed)")
        size += len(piece)
        yield piece


def opened(raw: Iterable[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Whether the file is compressed, and its content. Raises `InvalidFile` and `FileTooLarge`."""
    raw = iter(raw)
    first = b""
    while len(first) < _FIRST_BYTES and (block := next(raw, b"")):
        first += block
    for signature, name in _OTHER_FORMATS.items():
        if first.startswith(signature):
            raise InvalidFile(f"the file is {name}: save it as CSV in UTF-8")
    compressed = first.startswith(_GZIP)  # no UTF-8 does
    content = chain((first,), raw)
    return compressed, _limited(_decompressed(content) if compressed else content)


def _media(found: Mapping[str, Any]) -> Mapping[str, str]:
    given = [it.strip() for it in found.get("ContentEncoding", "").split(",")]
    media = {
        "ContentType": found.get("ContentType", ""),
        "ContentEncoding": ", ".join(it for it in given if it not in ("", _TRANSFER)),
    }
    return {name: value for name, value in media.items() if value}


def _block(client: "S3Client", file: File, start: int, end: int) -> bytes:
    for tries in range(1, _READS + 1):
        found = client.get_object(
            Bucket=file.bucket,
            Key=file.key,
            VersionId=file.version_id,
            Range=f"bytes={start}-{end}",
        )
        try:
            return found["Body"].read()
        except BotoCoreError:  # botocore retries requests, but not reading
            if tries == _READS:
                raise
    raise AssertionError("unreachable: the last read returns or raises")


def _limited(content: Iterable[bytes]) -> Generator[bytes]:
    size = 0
    for block in content:
        size += len(block)
        check_size(size)
        yield block


def _decompressed(raw: Iterable[bytes]) -> Generator[bytes]:
    """Decompress gzip in pieces of at most `_PIECE_BYTES`. A file may have several members.

    The end of a member is 8 bytes that zlib takes after the last piece, so none is left over.
    https://www.rfc-editor.org/rfc/rfc1952
    """
    member = zlib.decompressobj(GZIP_WINDOW)
    is_open = False
    try:
        for fed in _fed(raw):
            waiting = fed
            while waiting:
                if member.eof:
                    member = zlib.decompressobj(GZIP_WINDOW)
                piece = member.decompress(waiting, _PIECE_BYTES)
                waiting = member.unused_data if member.eof else member.unconsumed_tail
                is_open = not member.eof
                if piece:
                    yield piece
    except zlib.error:
        raise InvalidFile("the file is not valid gzip: compress it again") from None
    if is_open:
        raise InvalidFile("the file is incomplete gzip: upload it again")


def _fed(raw: Iterable[bytes]) -> Generator[bytes]:
    for block in raw:
        for start in range(0, len(block), _FEED_BYTES):
            yield block[start : start + _FEED_BYTES]
