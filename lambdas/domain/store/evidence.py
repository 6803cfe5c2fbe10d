"""Pin evidence to the version that exists at the request, and presign links to it."""

import base64
import binascii
import urllib.parse
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

from lambdas.domain.review.errors import BucketElsewhere, InvalidInput
from lambdas.domain.review.request import Evidence
from lambdas.domain.review.request_rules import UNVERSIONED
from lambdas.domain.runtime.clients import client as make_client
from lambdas.domain.runtime.clients import status_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

SECONDS_AT_THE_CLICK = 300
_REGION = "x-amz-bucket-region"


def evidence_client() -> "S3Client":
    """A client that follows no redirects to other regions, where its signatures are invalid.

    Its calls raise `BucketElsewhere` instead.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
    """
    s3 = make_client("s3")
    here = s3.meta.region_name

    def stay(response: Any, request_dict: Any, **_: Any) -> None:
        if response is None or response[0].status_code < HTTPStatus.MULTIPLE_CHOICES:
            return
        region = response[0].headers.get(_REGION, here)
        if region != here:
            bucket = request_dict["context"]["input_params"]["Bucket"]
            raise BucketElsewhere(bucket, region, here)

    s3.meta.events.register_first("needs-retry.s3", stay)
    return s3


def pin(client: Callable[[], "S3Client"], file: Evidence) -> Evidence:
    """Find the version of a file to review, its size and, if S3 has it, its SHA-256.

    One call, and another for a file encrypted with a KMS key, since only reading shows whether the
    key may be used. Raises `InvalidInput` if the file does not exist, is not versioned, or differs
    from what the caller stated. The message is for logs only: it reveals what S3 has.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    version: Any = {"VersionId": file.version_id} if file.version_id else {}
    try:
        found = client().head_object(
            Bucket=file.bucket, Key=file.key, ChecksumMode="ENABLED", **version
        )
    except ParamValidationError:
        raise InvalidInput("has a bucket, key or version that is not valid in S3") from None
    except ClientError as error:
        if not HTTPStatus.BAD_REQUEST <= status_of(error) < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise InvalidInput(
            "cannot be read: the file does not exist, or this gate is not allowed to read it"
            f" ({file.place}). If it is encrypted with a customer managed KMS key,"
            " configure the key: EvidencePlace(kms_key_arn=…)"
        ) from None
    version_id, size = found.get("VersionId", UNVERSIONED), found["ContentLength"]
    if version_id == UNVERSIONED:
        raise InvalidInput(
            f"cannot be pinned to a version: enable versioning for bucket {file.bucket}"
            " and upload the file again"
        )
    if key := found.get("SSEKMSKeyId", ""):
        _check_decrypted(client(), replace(file, version_id=version_id), size, key)
    if file.size not in (None, size):
        raise InvalidInput(f"has {size} bytes in S3, not {file.size}")
    digest = _whole_sha256(found)
    if file.sha256 and not digest:
        raise InvalidInput("has no SHA-256 of the whole file in S3, so sha256 cannot be checked")
    if file.sha256 not in ("", digest):
        raise InvalidInput(f"has the SHA-256 {digest} in S3, not {file.sha256}")
    return replace(file, version_id=version_id, size=size, sha256=digest)


def presign(client: "S3Client", file: Evidence, seconds: int) -> str:
    """Create a link to exactly this version, valid for `seconds`. No AWS call.

    It expires earlier if the signing credentials do: a function's role session lasts for hours.
    Browsers download the file and never render it, since customers upload it.
    """
    name = urllib.parse.quote(file.file_name, safe="")
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


def _check_decrypted(client: "S3Client", file: Evidence, size: int, key: str) -> None:
    """Read one byte, which fails without permission to use the key.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    if not size:
        return
    try:
        client.get_object(
            Bucket=file.bucket, Key=file.key, VersionId=file.version_id, Range="bytes=0-0"
        )
    except ClientError as error:
        if status_of(error) != HTTPStatus.FORBIDDEN:
            raise
        raise InvalidInput(
            f"is encrypted with the KMS key {key}, which this gate is not allowed to use: configure"
            " it with EvidencePlace(kms_key_arn=…), and allow the gate's account in the key policy"
        ) from None


def _whole_sha256(found: Any) -> str:
    """The digest of the whole file, if S3 has one. Digests of multipart uploads are composite."""
    try:
        digest = base64.b64decode(found.get("ChecksumSHA256", ""), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return digest.hex()
