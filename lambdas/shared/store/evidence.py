"""Links to the evidence: to exactly the version that was flagged."""

import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

SECONDS_AT_THE_CLICK = 300


def presign(client: "S3Client", bucket: str, key: str, version_id: str, seconds: int) -> str:
    """Make a link to exactly this version, valid for `seconds`; no AWS call is made.

    It dies earlier where the credentials that sign it do: a function's role session lives hours.
    The file is offered for saving, so that a browser never runs what a customer uploaded.
    """
    name = urllib.parse.quote(key.rsplit("/", 1)[-1], safe="")
    return client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": bucket,
            "Key": key,
            "VersionId": version_id,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{name}",
        },
        ExpiresIn=seconds,
    )
