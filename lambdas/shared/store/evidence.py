"""The evidence: exactly the version that was there when somebody asked, and links to it."""

import base64
import binascii
import urllib.parse
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

from lambdas.shared.review.errors import InvalidInput
from lambdas.shared.review.request import Evidence

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

SECONDS_AT_THE_CLICK = 300
_UNVERSIONED = "null"
"""The version of files that were written while their bucket kept none: the next one has it, too."""


def pin(client: Callable[[], "S3Client"], file: Evidence) -> Evidence:
    """Find the version of a file that people will see, its size and, where S3 has it, its SHA-256.

    One call. Raises `InvalidInput` where there is no such file, it keeps no versions, or what the
    caller states of it is not what S3 has. Its text is for logs: it says what S3 knows of a file.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    version: Any = {"VersionId": file.version_id} if file.version_id else {}
    try:
        found = client().head_object(
            Bucket=file.bucket, Key=file.key, ChecksumMode="ENABLED", **version
        )
    except ParamValidationError:
        raise InvalidInput("has a bucket, key or version that S3 never has") from None
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise InvalidInput(
            "cannot be read: there is no such file, or this gate may not read it"
            f" ({file.bucket}/{file.key[:100]})"
        ) from None
    version_id, size = found.get("VersionId", _UNVERSIONED), found["ContentLength"]
    if version_id == _UNVERSIONED:
        raise InvalidInput(
            f"cannot be pinned: turn on versioning for the bucket {file.bucket}, so that people"
            " decide about the very file that was there"
        )
    if file.size not in (None, size):
        raise InvalidInput(f"has {size} bytes in S3, and not {file.size}")
    digest = _whole_sha256(found)
    if file.sha256 and not digest:
        raise InvalidInput("has no SHA-256 of the whole file in S3 to check sha256 against")
    if file.sha256 not in ("", digest):
        raise InvalidInput(f"has the SHA-256 {digest} in S3, and not {file.sha256}")
    return replace(file, version_id=version_id, size=size, sha256=digest)


def presign(client: "S3Client", file: Evidence, seconds: int) -> str:
    """Make a link to exactly this version, valid for `seconds`; no AWS call is made.

    It dies earlier where the credentials that sign it do: a function's role session lives hours.
    The file is offered for saving, so that a browser never runs what a customer uploaded.
    """
    name = urllib.parse.quote(file.key.rsplit("/", 1)[-1], safe="")
    return client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": file.bucket,
            "Key": file.key,
            "VersionId": file.version_id,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{name}",
        },
        ExpiresIn=seconds,
    )


def _whole_sha256(found: Any) -> str:
    """The digest of the whole file, where S3 keeps one; that of a file in parts is none."""
    try:
        digest = base64.b64decode(found.get("ChecksumSHA256", ""), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return digest.hex()
