"""Evidence is pinned to the version at the time of the request."""

import hashlib
import urllib.parse
import urllib.request
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.review.errors import BucketElsewhere, InvalidInput
from lambdas.domain.review.request import Evidence
from lambdas.domain.store.evidence import evidence_client, pin, presign
from tests.lambdas.clients import SharedClients
from tests.lambdas.conftest import make_bucket, make_file


def test_a_presigned_link_downloads_the_pinned_version(moto_aws: None) -> None:
    link = presign(boto3.client("s3"), make_file(), 300)

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    assert query["versionId"] == ["v1"]
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-disposition"] == ["attachment; filename*=UTF-8''run-1.csv"]


@pytest.fixture
def bucket(embedded: SharedClients, aws_account: str) -> str:
    return make_bucket(f"evidence-{aws_account}")


def put(bucket: str, key: str, body: bytes = b"rows", **more: Any) -> str:
    """Upload a file and return its version."""
    return boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body, **more)["VersionId"]


def pinned(bucket: str, **file: Any) -> Evidence:
    return pin(lambda: boto3.client("s3"), Evidence(bucket=bucket, **file))


def test_a_file_without_a_version_is_pinned_to_the_current_one(bucket: str) -> None:
    version = put(bucket, "incoming/a.csv")

    file = pinned(bucket, key="incoming/a.csv")
    put(bucket, "incoming/a.csv", b"other rows")

    assert (file.version_id, file.size) == (version, 4)


def test_a_file_has_the_sha256_that_s3_stores(bucket: str) -> None:
    put(bucket, "incoming/a.csv", ChecksumAlgorithm="SHA256")

    assert pinned(bucket, key="incoming/a.csv").sha256 == hashlib.sha256(b"rows").hexdigest()


def test_a_file_with_another_digest_is_rejected(bucket: str) -> None:
    put(bucket, "incoming/a.csv", ChecksumAlgorithm="SHA256")

    with pytest.raises(InvalidInput, match=r"has the SHA-256 .* in S3, not abab"):
        pinned(bucket, key="incoming/a.csv", sha256="ab" * 32)


def test_an_older_version_has_its_own_size(bucket: str) -> None:
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
def test_a_missing_file_is_rejected(bucket: str, file: dict[str, str]) -> None:
    put(bucket, "incoming/a.csv")

    with pytest.raises(InvalidInput, match="cannot be read: the file does not exist"):
        pinned(bucket, **file)


def test_a_bucket_without_versioning_is_rejected(bucket: str) -> None:
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="a", Body=b"")

    with pytest.raises(InvalidInput, match="enable versioning for bucket"):
        pin(lambda: s3, Evidence(bucket=bucket, key="a"))


def test_the_callers_metadata_is_checked_in_one_call(bucket: str, aws_calls: list[str]) -> None:
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
        ({"size": 5}, "has 4 bytes in S3, not 5"),
        ({"version_id": "v1"}, "cannot be read"),
    ):
        with pytest.raises(InvalidInput, match=why):
            pinned(bucket, key="incoming/a.csv", **(stated | lie))


def test_a_digest_that_s3_cannot_confirm_is_rejected(bucket: str) -> None:
    put(bucket, "incoming/a.csv", ChecksumAlgorithm="CRC32")

    with pytest.raises(InvalidInput, match="has no SHA-256 of the whole file in S3"):
        pinned(bucket, key="incoming/a.csv", sha256="ab" * 32)


@pytest.mark.parametrize(
    "key",
    [
        "incoming/at 3.41.06\u202fPM.png",
        "incoming//a//",
        "incoming/\u202egpj.exe",
        "incoming/%2F+&=?#;",
        "incoming/\t\u3164",
        "incoming/" + "\xe4" * 507,
    ],
    ids=ascii,
)
def test_any_key_is_pinned_and_linked(bucket: str, key: str) -> None:
    version = put(bucket, key)

    file = pinned(bucket, key=key)
    with urllib.request.urlopen(presign(boto3.client("s3"), file, 300)) as answer:
        body = answer.read()

    assert (file.version_id, file.key, body) == (version, key, b"rows")


def test_the_name_of_a_downloaded_file_has_only_visible_characters(moto_aws: None) -> None:
    link = presign(boto3.client("s3"), make_file(key="a/\u202egpj\n.exe"), 300)

    [disposition] = urllib.parse.parse_qs(link)["response-content-disposition"]
    name = urllib.parse.unquote(disposition.partition("''")[2])
    assert name == "\\u202egpj\\n.exe"


def test_a_bucket_in_another_region_is_rejected_by_name(embedded: SharedClients) -> None:
    elsewhere = boto3.client("s3", region_name="us-west-2")
    elsewhere.create_bucket(
        Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    elsewhere.put_object(Bucket="far-away", Key="there", Body=b"rows")

    for key in ("there", "not-there"):
        with pytest.raises(BucketElsewhere, match="far-away in us-west-2, but this gate is in"):
            pin(evidence_client, Evidence(bucket="far-away", key=key))


class Encrypted:
    """S3 with a file that is encrypted with a permitted or a forbidden KMS key."""

    def __init__(self, status: int = 200, size: int = 4) -> None:
        self.status, self.size = status, size
        self.asked: list[dict[str, Any]] = []

    def head_object(self, **_: Any) -> dict[str, Any]:
        return {"VersionId": "v1", "ContentLength": self.size, "SSEKMSKeyId": "arn:aws:kms:x"}

    def get_object(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.status == 200:
            return {}
        answer: Any = {"ResponseMetadata": {"HTTPStatusCode": self.status}}
        raise ClientError(answer, "GetObject")


def test_a_file_with_a_permitted_kms_key_is_pinned() -> None:
    s3: Any = Encrypted()

    assert pin(lambda: s3, Evidence(bucket="b", key="k")).version_id == "v1"
    assert s3.asked == [{"Bucket": "b", "Key": "k", "VersionId": "v1", "Range": "bytes=0-0"}]
    empty: Any = Encrypted(status=416, size=0)
    assert pin(lambda: empty, Evidence(bucket="b", key="k")).size == 0


def test_a_file_with_another_kms_key_is_rejected_with_the_fix() -> None:
    s3: Any = Encrypted(status=403)

    with pytest.raises(InvalidInput, match=r"KMS key arn:aws:kms:x, .* EvidencePlace\(kms_key_arn"):
        pin(lambda: s3, Evidence(bucket="b", key="k"))


def test_an_aws_outage_is_not_reported_as_a_missing_key() -> None:
    s3: Any = Encrypted(status=503)

    with pytest.raises(ClientError):
        pin(lambda: s3, Evidence(bucket="b", key="k"))
