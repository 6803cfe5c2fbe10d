"""Ranges of a version are read as those of the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer


@pytest.mark.parametrize(
    ("asked", "body", "described"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-9", b"456789", "bytes 4-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_range_of_a_replaced_version_is_read(
    deploy: Deployer, asked: str, body: bytes, described: str
) -> None:
    s3, bucket = deploy.aws.s3, deploy.create("Bucket").id
    deploy.create("BucketVersioning", bucket=bucket, versioningConfiguration={"status": "Enabled"})
    place: Any = {"Bucket": bucket, "Key": "rows.csv"}
    version = s3.put_object(**place, Body=b"0123456789", ChecksumAlgorithm="SHA256")["VersionId"]
    s3.put_object(**place, Body=b"other")

    found = s3.get_object(**place, VersionId=version, Range=asked)

    assert (found["Body"].read(), found["ContentRange"]) == (body, described)
    assert found["ContentLength"] == len(body)


def test_without_a_range_a_version_is_read_as_a_whole(deploy: Deployer) -> None:
    s3, bucket = deploy.aws.s3, deploy.create("Bucket").id
    deploy.create("BucketVersioning", bucket=bucket, versioningConfiguration={"status": "Enabled"})
    place: Any = {"Bucket": bucket, "Key": "rows.csv"}
    version = s3.put_object(**place, Body=b"0123456789")["VersionId"]

    found = s3.get_object(**place, VersionId=version)

    assert found["Body"].read() == b"0123456789"
    assert "ContentRange" not in found
