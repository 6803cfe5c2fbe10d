"""Evidence is exactly the version that was there when somebody asked."""

import hashlib
import urllib.parse
from typing import Any

import boto3
import pytest

from lambdas.shared.review.errors import InvalidInput
from lambdas.shared.review.request import Evidence
from lambdas.shared.store.evidence import pin, presign
from tests.lambdas.clients import SharedClients
from tests.lambdas.conftest import make_bucket, make_file


def test_a_presigned_link_pins_the_version_and_is_saved_not_shown(moto_aws: None) -> None:
    link = presign(boto3.client("s3"), make_file(), 300)

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    assert query["versionId"] == ["v1"]
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-disposition"] == ["attachment; filename*=UTF-8''run-1.csv"]


@pytest.fixture
def bucket(embedded: SharedClients, aws_account: str) -> str:
    return make_bucket(f"evidence-{aws_account}")


def put(bucket: str, key: str, body: bytes = b"rows", **more: Any) -> str:
    """Write a file; the answer is its version."""
    return boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body, **more)["VersionId"]


def pinned(bucket: str, **file: Any) -> Evidence:
    return pin(lambda: boto3.client("s3"), Evidence(bucket=bucket, **file))


def test_a_file_without_a_version_is_pinned_to_the_one_that_is_there(bucket: str) -> None:
    version = put(bucket, "incoming/a.csv")

    file = pinned(bucket, key="incoming/a.csv")
    put(bucket, "incoming/a.csv", b"other rows")

    assert (file.version_id, file.size) == (version, 4)


def test_its_sha256_is_told_where_s3_has_it(bucket: str) -> None:
    put(bucket, "incoming/a.csv", ChecksumAlgorithm="SHA256")

    assert pinned(bucket, key="incoming/a.csv").sha256 == hashlib.sha256(b"rows").hexdigest()


def test_a_file_is_not_another_one(bucket: str) -> None:
    put(bucket, "incoming/a.csv", ChecksumAlgorithm="SHA256")

    with pytest.raises(InvalidInput, match=r"has the SHA-256 .* in S3, and not abab"):
        pinned(bucket, key="incoming/a.csv", sha256="ab" * 32)


def test_the_size_of_an_older_version_is_its_own(bucket: str) -> None:
    version = put(bucket, "incoming/a.csv")
    put(bucket, "incoming/a.csv", b"other rows")

    file = pinned(bucket, key="incoming/a.csv", version_id=version)

    assert (file.version_id, file.size) == (version, 4)


@pytest.mark.parametrize(
    "file",
    [
        {"key": "incoming/nothing.csv"},
        {"key": "incoming/a.csv", "version_id": "nonsense"},
    ],
)
def test_a_file_that_is_not_there_is_refused(bucket: str, file: dict[str, str]) -> None:
    put(bucket, "incoming/a.csv")

    with pytest.raises(InvalidInput, match="cannot be read: there is no such file"):
        pinned(bucket, **file)


def test_a_bucket_without_versions_pins_nothing(bucket: str) -> None:
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="a", Body=b"")

    with pytest.raises(InvalidInput, match="turn on versioning for the bucket"):
        pin(lambda: s3, Evidence(bucket=bucket, key="a"))


def test_what_the_caller_states_is_checked_in_one_call(bucket: str, aws_calls: list[str]) -> None:
    digest = hashlib.sha256(b"rows").hexdigest()
    stated = {
        "version_id": put(bucket, "incoming/a.csv", ChecksumAlgorithm="SHA256"),
        "size": 4,
        "sha256": digest,
    }
    aws_calls.clear()

    assert pinned(bucket, key="incoming/a.csv", **stated).sha256 == digest
    assert aws_calls == ["HeadObject"]

    for lie, why in (
        ({"size": 5}, "has 4 bytes in S3, and not 5"),
        ({"version_id": "v1"}, "cannot be read"),
    ):
        with pytest.raises(InvalidInput, match=why):
            pinned(bucket, key="incoming/a.csv", **(stated | lie))


def test_a_digest_is_refused_that_s3_has_nothing_to_check_against(bucket: str) -> None:
    put(bucket, "incoming/a.csv", ChecksumAlgorithm="CRC32")

    with pytest.raises(InvalidInput, match="has no SHA-256 of the whole file in S3"):
        pinned(bucket, key="incoming/a.csv", sha256="ab" * 32)
