"""An uploader writes where only others may, or reads or deletes files.

A file below `incoming/` starts the workflow, one below `published/` is what consumers read.
"""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.conftest import WEBHOOK_GROUP, by_webhook
from tests.local_stack import DeployedStage
from tests.signing import client

__all__ = ["by_webhook"]

pytestmark = WEBHOOK_GROUP

ATTACHMENT, DATASET = "attachments/0123456789abcdef/report.pdf", "incoming/orders.csv"
ELSEWHERE = (
    "published/orders.csv",
    "newest/orders.csv",
    "samples/orders.csv",
    "orders.csv",
    "attachments",
)
REACH: dict[str, tuple[str, ...]] = {"asker": (ATTACHMENT,), "operator": (ATTACHMENT, DATASET)}
BEYOND = [
    ("asker", DATASET),
    *(
        (who, key)
        for who in REACH
        for key in (*ELSEWHERE, f"x/{ATTACHMENT}", "Incoming/orders.csv")
    ),
]
Call = Callable[..., Any]


@pytest.fixture
def bucket(by_webhook: DeployedStage) -> str:
    return by_webhook.outputs["evidence_bucket_name"]


@pytest.fixture
def as_(by_webhook: DeployedStage) -> Callable[[str], Any]:
    """S3 for a caller with only this policy."""

    def s3(who: str) -> Any:
        policy = by_webhook.outputs[f"{who}_policy_arn"]
        return client(by_webhook.people.user(managed=policy), "s3", by_webhook.cloud_url)

    return s3


def is_denied(call: Call, **given: Any) -> bool:
    try:
        call(**given)
    except ClientError as error:
        return error.response.get("Error", {}).get("Code") in ("AccessDenied", "403")
    return False


@pytest.mark.parametrize("who", REACH)
def test_uploads_are_allowed_whole_and_in_parts(who: str, as_: Call, bucket: str) -> None:
    s3 = as_(who)
    for key in REACH[who]:
        place = {"Bucket": bucket, "Key": key}
        assert s3.put_object(**place, Body=b"1")["VersionId"]
        upload = {**place, "UploadId": s3.create_multipart_upload(**place)["UploadId"]}
        s3.upload_part(**upload, PartNumber=1, Body=b"1")
        s3.abort_multipart_upload(**upload)


@pytest.mark.parametrize(("who", "key"), BEYOND)
def test_no_other_key_can_be_written(who: str, key: str, as_: Call, bucket: str) -> None:
    s3, place = as_(who), {"Bucket": bucket, "Key": key}
    source = {"Bucket": bucket, "Key": REACH[who][0]}
    assert is_denied(s3.put_object, **place, Body=b"1")
    assert is_denied(s3.create_multipart_upload, **place)
    assert is_denied(s3.copy_object, **place, CopySource=source)


@pytest.mark.parametrize("who", REACH)
def test_nothing_can_be_read_listed_or_deleted(
    who: str, as_: Call, by_webhook: DeployedStage, bucket: str
) -> None:
    owner, s3 = by_webhook.client("s3"), as_(who)
    for key in (*REACH[who], ELSEWHERE[0]):
        place = {"Bucket": bucket, "Key": key}
        version = {**place, "VersionId": owner.put_object(**place, Body=b"1")["VersionId"]}
        for call in (s3.get_object, s3.head_object, s3.delete_object):
            assert is_denied(call, **place), key
            assert is_denied(call, **version), key
        target = {"Bucket": bucket, "Key": REACH[who][0]}
        assert is_denied(s3.copy_object, **target, CopySource=place), key
    assert is_denied(s3.list_objects_v2, Bucket=bucket)
    assert is_denied(s3.list_object_versions, Bucket=bucket)
    assert is_denied(s3.list_multipart_uploads, Bucket=bucket)


def test_a_key_like_a_path_stays_below_its_prefix(
    as_: Call, by_webhook: DeployedStage, bucket: str
) -> None:
    owner, s3 = by_webhook.client("s3"), as_("asker")
    for escape in ("attachments/..", "attachments/%2e%2e", "attachments/"):
        for key in (f"{escape}/incoming/escaped.csv", f"{escape}/published/escaped.csv"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    for place in ("incoming/", "published/"):
        found = owner.list_objects_v2(Bucket=bucket, Prefix=place).get("Contents", [])
        assert not [it["Key"] for it in found if "escaped" in it["Key"]]
