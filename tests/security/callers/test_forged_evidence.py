"""A caller states false metadata of a file, or probes for files through errors.

Pages show versions, sizes and digests as facts. An asker without access to a bucket must not learn
about its files from errors, since that would bypass S3's permissions.
"""

import hashlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.request import MAX_PENDING, ReviewRequests
from lambdas.domain.store.evidence import pin
from tests.integration.conftest import WEBHOOK_GROUP, by_webhook
from tests.lambdas.askers.conftest import POST, Call, call, requests_of
from tests.lambdas.conftest import World, make_bucket
from tests.local_stack import DeployedStage
from tests.security.callers.test_asker_beyond_its_reach import Asker, asker

__all__ = ["asker", "by_webhook", "call"]

BODY = b"rows"
DIGEST = hashlib.sha256(BODY).hexdigest()
Put = Callable[..., str]


@pytest.fixture
def bucket(world: World, aws_account: str) -> str:
    return make_bucket(f"evidence-{aws_account}")


@pytest.fixture
def put(bucket: str) -> Put:
    """Upload a file and return its version."""

    def put(key: str = "incoming/a.csv", **how: Any) -> str:
        written = boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=BODY, **how)
        return written["VersionId"]

    return put


@pytest.fixture
def requests(world: World, bucket: str) -> ReviewRequests:
    return requests_of(
        world,
        evidence_places=(f"{bucket}/incoming/",),
        pin=partial(pin, partial(boto3.client, "s3")),
    )


@pytest.fixture
def ask(call: Call, requests: ReviewRequests, bucket: str) -> Callable[..., tuple[int, Any]]:
    def ask(*files: dict[str, Any], **more: Any) -> tuple[int, Any]:
        evidence = [{"bucket": bucket, "key": "incoming/a.csv", **file} for file in files]
        body = {"title": "Deploy?", "evidence": evidence, **more}
        return call(POST, body=body, requests=requests)

    return ask


def _in_s3(bucket: str) -> Any:
    return {"Bucket": bucket, "Key": "incoming/a.csv"}


LIES: list[dict[str, Any]] = [
    {"version_id": "v1"},
    {"version_id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"},
    {"version_id": "v1", "size": 4},
    {"version_id": "v1", "size": 4, "sha256": DIGEST},
    {"size": 0},
    {"size": 5},
    {"size": 10**15},
    {"sha256": "ab" * 32},
    {"size": 4, "sha256": "00" * 32},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
@pytest.mark.parametrize("pinned", [False, True])
def test_a_forged_version_size_or_digest_is_rejected(
    world: World, ask: Any, put: Put, lie: dict[str, Any], pinned: bool
) -> None:
    version = put(ChecksumAlgorithm="SHA256")
    file = {**({"version_id": version} if pinned else {}), **lie}

    status, answer = ask(file)

    assert status == 422
    for words in ("evidence[0]", "version_id, size or sha256", "omit them"):
        assert words in answer["error"]
    assert world.announced() == []


def test_true_metadata_is_accepted_and_stored(world: World, ask: Any, put: Put) -> None:
    version = put(ChecksumAlgorithm="SHA256")
    put(ChecksumAlgorithm="SHA256")

    _, answer = ask({"version_id": version, "size": 4, "sha256": DIGEST.upper()})

    [file] = world.store.get(answer["review_id"]).evidence
    assert (file.version_id, file.size, file.sha256) == (version, 4, DIGEST)


def test_a_correct_digest_that_s3_cannot_confirm_is_rejected(ask: Any, put: Put) -> None:
    put(ChecksumAlgorithm="CRC32")

    status, answer = ask({"sha256": DIGEST})

    assert status == 422
    assert "ChecksumAlgorithm=SHA256" in answer["error"]
    assert ask({})[0] == 201


def test_a_multipart_digest_does_not_confirm_the_file(bucket: str, ask: Any) -> None:
    s3, file = boto3.client("s3"), _in_s3(bucket)
    upload = s3.create_multipart_upload(**file, ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part(**file, UploadId=upload, PartNumber=1, Body=BODY)
    parts: Any = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**file, UploadId=upload, MultipartUpload=parts)

    assert ask({"sha256": "ab" * 32})[0] == 422


def test_missing_and_existing_files_get_the_same_error(
    ask: Any, put: Put, bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every cause has the same error, which contains only what the caller sent."""
    s3 = boto3.client("s3")
    names = ("there", "deleted", "checked", "gone00")
    keys = {name: f"incoming/{name}" for name in names}
    version = put(keys["there"])
    put(keys["checked"], ChecksumAlgorithm="SHA256")
    put(keys["deleted"])
    marker = s3.delete_object(Bucket=bucket, Key=keys["deleted"])["VersionId"]
    caplog.set_level(logging.WARNING)

    responses = {
        (status, answer["error"].replace(key, "KEY"))
        for key in keys.values()
        for file in ({"sha256": "ab" * 32}, {"size": 3}, {"version_id": marker}, {"size": 2})
        for status, answer in [ask({"key": key, **file})]
    }

    assert len(responses) == 1
    [(status, text)] = responses
    assert status == 422
    assert version not in text
    assert DIGEST not in text
    reasons = [getattr(it, "why", "") for it in caplog.records]
    assert any("has no SHA-256" in why for why in reasons), "the reason is in the log"
    assert any("the file does not exist" in why for why in reasons)
    assert any("has 4 bytes in S3" in why for why in reasons)


def test_the_error_for_several_files_does_not_identify_the_missing_one(ask: Any, put: Put) -> None:
    put("incoming/there-1")
    existing, missing = {"key": "incoming/there-1"}, {"key": "incoming/nothing"}

    texts = [
        ask(*files)[1]["error"]
        for files in ((existing, missing), (missing, missing), (missing, existing))
    ]

    assert all(it.startswith("evidence[0] ") and ", evidence[1] " in it for it in texts)
    assert len({it.partition(" must be ")[2] for it in texts}) == 1


def test_the_limit_of_pending_reviews_is_checked_before_s3_is_called(ask: Any, put: Put) -> None:
    put()
    for _ in range(MAX_PENDING):
        assert ask({})[0] == 201

    errors = {ask({"key": key})[1]["error"] for key in ("incoming/a.csv", "incoming/nothing")}

    assert len(errors) == 1


def test_a_file_outside_the_allowed_prefix_is_rejected_before_s3_is_called(
    ask: Any, aws_calls: list[str]
) -> None:
    aws_calls.clear()
    assert ask({"key": "payroll.csv"})[0] == 422
    assert "HeadObject" not in aws_calls


def test_a_version_that_the_next_upload_overwrites_is_rejected(ask: Any, bucket: str) -> None:
    s3 = boto3.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="incoming/a.csv", Body=BODY)

    for file in ({}, {"version_id": "null"}):
        status, answer = ask(file)
        assert status == 422
        assert "versioning" in answer["error"]


@WEBHOOK_GROUP
def test_an_asker_of_a_deployed_stage_gets_the_same_error_for_every_file(
    by_webhook: DeployedStage, asker: Asker
) -> None:
    bucket = by_webhook.outputs["evidence_bucket_name"]
    s3 = by_webhook.client("s3")
    s3.put_object(Bucket=bucket, Key="incoming/customer-42.csv", Body=BODY)

    answers = [
        asker.send(
            "POST",
            "/asker/reviews",
            {"title": "Look", "evidence": [{"bucket": bucket, "key": f"incoming/{key}", **more}]},
        )
        for key in ("customer-42.csv", "customer-43.csv")
        for more in ({"size": 3}, {"version_id": "v1"}, {"sha256": "ab" * 32})
    ]

    assert {status for status, _ in answers} == {422}
    assert len({it["error"].replace("-43", "-42") for _, it in answers}) == 1
