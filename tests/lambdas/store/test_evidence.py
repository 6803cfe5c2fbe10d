"""Evidence is exactly the version that was there when somebody asked."""

import hashlib
import urllib.parse
from typing import Any

import boto3
import pytest

from lambdas.shared.review.errors import InvalidInput
from lambdas.shared.review.request import Evidence
from lambdas.shared.store.evidence import pin, presign
from tests.lambdas.conftest import World, make_file


def test_a_presigned_link_pins_the_version_and_is_saved_not_shown(moto_aws: None) -> None:
    link = presign(boto3.client("s3"), make_file(), 300)

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    assert query["versionId"] == ["v1"]
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-disposition"] == ["attachment; filename*=UTF-8''run-1.csv"]


def put(world: World, key: str, body: bytes = b"rows", **more: Any) -> str:
    """Write a file; the answer is its version."""
    return boto3.client("s3").put_object(Bucket=world.bucket, Key=key, Body=body, **more)[
        "VersionId"
    ]


def pinned(world: World, **file: Any) -> Evidence:
    return pin(lambda: boto3.client("s3"), Evidence(bucket=world.bucket, **file))


def test_a_file_without_a_version_is_pinned_to_the_one_that_is_there(world: World) -> None:
    version = put(world, "incoming/a.csv")

    file = pinned(world, key="incoming/a.csv")
    put(world, "incoming/a.csv", b"other rows")

    assert (file.version_id, file.size) == (version, 4)


def test_its_sha256_is_told_where_s3_has_it(world: World) -> None:
    put(world, "incoming/a.csv", ChecksumAlgorithm="SHA256")

    assert pinned(world, key="incoming/a.csv").sha256 == hashlib.sha256(b"rows").hexdigest()


def test_a_file_is_not_another_one(world: World) -> None:
    put(world, "incoming/a.csv", ChecksumAlgorithm="SHA256")

    with pytest.raises(InvalidInput, match=r"has the SHA-256 .* in S3, and not abab"):
        pinned(world, key="incoming/a.csv", sha256="ab" * 32)


def test_the_size_of_an_older_version_is_its_own(world: World) -> None:
    version = put(world, "incoming/a.csv")
    put(world, "incoming/a.csv", b"other rows")

    file = pinned(world, key="incoming/a.csv", version_id=version)

    assert (file.version_id, file.size) == (version, 4)


@pytest.mark.parametrize(
    "file",
    [
        {"key": "incoming/nothing.csv"},
        {"key": "incoming/a.csv", "version_id": "nonsense"},
    ],
)
def test_a_file_that_is_not_there_is_refused(world: World, file: dict[str, str]) -> None:
    put(world, "incoming/a.csv")

    with pytest.raises(InvalidInput, match="cannot be read: there is no such file"):
        pinned(world, **file)


def test_a_bucket_without_versions_pins_nothing(world: World) -> None:
    here: Any = {"LocationConstraint": "eu-central-1"}
    bucket = f"{world.bucket}-plain"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=here)
    s3.put_object(Bucket=bucket, Key="a", Body=b"")

    with pytest.raises(InvalidInput, match="turn on versioning for the bucket"):
        pin(lambda: s3, Evidence(bucket=bucket, key="a"))


def test_what_the_caller_has_pinned_costs_no_call(world: World, aws_calls: list[str]) -> None:
    assert pinned(world, key="a", version_id="v1", size=0).version_id == "v1"
    assert aws_calls == []
