"""Write an S3 object as a stream, in parts. It is visible only when it is complete.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PART_BYTES = 8 * 1024 * 1024
"""A part; S3 requires at least 5 MiB and allows 10,000 parts."""
LARGEST_UPLOAD = 10_000 * PART_BYTES
"""In bytes."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A complete object. `version_id` is empty in a bucket without versioning."""

    version_id: str
    size: int
    sha256: str
    """Hexadecimal."""


class AlreadyExists(Exception):
    """An object with this key exists, and `once` was requested.

    `written` is what would have been written, without a version.
    """

    def __init__(self, key: str, written: Written) -> None:
        self.written = written
        super().__init__(f"{key} exists")


class Upload:
    """An object that is being written; a context manager that aborts unless `finish` was called.

    `once`: `finish` raises `AlreadyExists` if the key exists by then. `properties` are parameters
    of `PutObject`, such as `Metadata`. S3 verifies a SHA-256 for each part. `report` is called with
    the number of bytes that S3 has accepted so far.
    """

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        key: str,
        *,
        once: bool = False,
        report: Callable[[int], None] = lambda _: None,
        **properties: Any,
    ) -> None:
        self._client = client
        self._object: dict[str, Any] = {"Bucket": bucket, "Key": key}
        self._condition: dict[str, Any] = {"IfNoneMatch": "*"} if once else {}
        self._properties = properties
        self._report = report
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self._size = self._sent = 0
        self._upload: dict[str, Any] = {}
        """The object and the id of the multipart upload, once there is one."""
        self._parts: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._upload:
            with suppress(ClientError, BotoCoreError):  # the bucket's lifecycle rule aborts it
                self._client.abort_multipart_upload(**self._upload)

    def write(self, data: bytes) -> None:
        """Append data. Calls S3 for each full part."""
        self._digest.update(data)
        self._size += len(data)
        self._buffer += data
        while len(self._buffer) > PART_BYTES:
            self._send_part(bytes(self._buffer[:PART_BYTES]))
            del self._buffer[:PART_BYTES]

    @property
    def sha256(self) -> str:
        """The digest of what was written so far, in hexadecimal."""
        return self._digest.hexdigest()

    def finish(self) -> Written:
        """Complete the object. Raises `AlreadyExists`."""
        written = Written(version_id="", size=self._size, sha256=self.sha256)
        try:
            made = self._complete() if self._upload else self._put()
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status != HTTPStatus.PRECONDITION_FAILED:
                raise
            raise AlreadyExists(self._object["Key"], written) from None
        self._upload = {}
        if not self._parts:
            self._report(self._size)
        return replace(written, version_id=made.get("VersionId", ""))

    def _put(self) -> Any:
        """Write an object of a single part."""
        return self._client.put_object(
            **self._object,
            **self._properties,
            **self._condition,
            Body=bytes(self._buffer),
            ChecksumSHA256=_base64(self._digest.digest()),
        )

    def _complete(self) -> Any:
        self._send_part(bytes(self._buffer))
        return self._client.complete_multipart_upload(
            **self._upload, **self._condition, MultipartUpload={"Parts": self._parts}
        )

    def _send_part(self, data: bytes) -> None:
        if not self._upload:
            made = self._client.create_multipart_upload(
                **self._object, **self._properties, ChecksumAlgorithm="SHA256"
            )
            self._upload = {**self._object, "UploadId": made["UploadId"]}
        number, checksum = len(self._parts) + 1, _base64(hashlib.sha256(data).digest())
        sent = self._client.upload_part(
            **self._upload, PartNumber=number, Body=data, ChecksumSHA256=checksum
        )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum})
        self._sent += len(data)
        self._report(self._sent)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
