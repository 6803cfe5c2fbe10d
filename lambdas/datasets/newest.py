"""Which version of each file was published last, so that an older one does not replace it unseen.

A small object for each key, written conditionally: of several functions, one moves it at a time.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.datasets.errors import StorageUnavailable
from lambdas.datasets.names import NEWEST
from lambdas.datasets.objects import File
from lambdas.domain.review.text import spelled
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_LOST = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT)
_ATTEMPTS = 10


class NewerPublished(Exception):
    """A newer version of the file was published before."""

    def __init__(self, version_id: str, modified_at: str) -> None:
        self.version_id = version_id
        self.modified_at = modified_at
        super().__init__(f"version {version_id} of {modified_at} is newer")


@dataclass(frozen=True, kw_only=True)
class Newest:
    """The newest published versions in a bucket."""

    s3: "S3Client"
    bucket: str

    def claim(self, file: File, sha256: str, accepted: str) -> None:
        """Write the note that this version is about to be published. One to three S3 calls.

        `sha256` is that of what is published, `accepted` the newer version over which people
        decided to publish this one, or empty. Raises `NewerPublished` for any other newer version,
        unless the same was published of it, and `StorageUnavailable` if other functions keep
        moving the note.
        """
        for _ in range(_ATTEMPTS):
            note, etag = self._read(file.key)
            if note:
                newest = note["version_id"]
                if newest == file.version_id:
                    return
                if self._is_older(file, note):
                    if newest == accepted or note["sha256"] == sha256:
                        return
                    raise NewerPublished(newest, note["modified_at"])
            if self._write(file, sha256, etag):
                return
        raise StorageUnavailable(
            f"other functions kept changing the note about {spelled(file.key)}"
        )

    def _read(self, key: str) -> tuple[dict[str, str], str]:
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=_note_of(key))
        except ClientError as error:
            if status_of(error) not in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
                raise
            return {}, ""
        return json.loads(found["Body"].read()), found["ETag"]

    def _write(self, file: File, sha256: str, etag: str) -> bool:
        """Write the note if it is still as it was read; whether that succeeded."""
        condition: Any = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        note = {
            "key": file.key,
            "version_id": file.version_id,
            "sha256": sha256,
            "modified_at": times.to_text(file.modified_at),
        }
        try:
            self.s3.put_object(
                Bucket=self.bucket, Key=_note_of(file.key), Body=json.dumps(note), **condition
            )
        except ClientError as error:
            if status_of(error) not in _LOST:
                raise
            return False
        return True

    def _is_older(self, file: File, note: Mapping[str, str]) -> bool:
        """Whether the file is older than the noted version.

        S3 lists a key's versions newest first, also those of the same second. A noted version that
        was deleted since is compared by its time.
        """
        pages = self.s3.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=file.key
        )
        versions = (version for page in pages for version in page.get("Versions", []))
        # Keys are listed in order, and the key itself is the first with its prefix.
        own = (
            it.get("VersionId") for it in takewhile(lambda it: it.get("Key") == file.key, versions)
        )
        is_newer = False
        for version_id in own:
            if version_id == note["version_id"]:
                return not is_newer
            is_newer = is_newer or version_id == file.version_id
        return times.to_text(file.modified_at) <= note["modified_at"]


def _note_of(key: str) -> str:
    """Where the note about this file is. A hash, since keys can be as long as S3 allows."""
    return f"{NEWEST}{hashlib.sha256(key.encode()).hexdigest()}.json"
