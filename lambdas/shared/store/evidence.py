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
_NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST)


def pin(client: Callable[[], "S3Client"], file: Evidence) -> Evidence:
    """Find the version of a file that people will see, its size and, where S3 has it, its SHA-256.

    No call where the caller has told version and size, otherwise one.
    Raises `InvalidInput` where there is no such file, or it keeps no versions.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    if file.version_id and file.size is not None:
        return file
    version: Any = {"VersionId": file.version_id} if file.version_id else {}
    try:
        found = client().head_object(
            Bucket=file.bucket, Key=file.key, ChecksumMode="ENABLED", **version
        )
    except ParamValidationError:
        raise InvalidInput("has a bucket, key or version that S3 never has") from None
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status not in _NOT_THERE:
            raise
        raise InvalidInput(
            f"cannot be read: there is no such file, or this gate may not read it"
            f" ({file.bucket}/{file.key[:100]})"
        ) from None
    version_id = file.version_id or found.get("VersionId", "")
    if not version_id:
        raise InvalidInput(
            f"cannot be pinned: turn on versioning for the bucket {file.bucket}, so that people"
            " decide about the very file that was there"
        )
    digest = _whole_sha256(found)
    if digest and file.sha256 and digest != file.sha256:
        raise InvalidInput(f"has the SHA-256 {digest} in S3, and not {file.sha256}")
    return replace(
        file,
        version_id=version_id,
        size=found["ContentLength"],
        sha256=file.sha256 or digest,
    )


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
