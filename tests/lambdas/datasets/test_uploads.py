"""Uploads are complete or not there."""

import base64
import hashlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.datasets.uploads import PART_BYTES, AlreadyExists, Upload
from tests.lambdas.datasets.conftest import KEY, Bucket


def write(bucket: Bucket, body: bytes, **more: Any) -> None:
    """Upload an object."""
    with Upload(bucket.s3, bucket.name, KEY, **more) as upload:
        upload.write(body)
        upload.finish()


@pytest.mark.parametrize("size", [0, 5, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 7])
def test_an_object_of_any_size_is_written(bucket: Bucket, size: int) -> None:
    body, reported = bytes(size), list[int]()

    with Upload(bucket.s3, bucket.name, KEY, report=reported.append, ContentType="a/b") as upload:
        for start in range(0, size, 1_000_003):
            upload.write(body[start : start + 1_000_003])
        written = upload.finish()

    assert bucket.read(KEY, written.version_id) == body
    assert (written.size, written.sha256) == (size, hashlib.sha256(body).hexdigest())
    assert reported[-1] == size
    assert reported == sorted(reported)
    assert bucket.s3.head_object(Bucket=bucket.name, Key=KEY)["ContentType"] == "a/b"


@pytest.mark.parametrize("size", [5, PART_BYTES + 1])
def test_an_existing_object_is_kept(bucket: Bucket, size: int) -> None:
    bucket.put(b"first")

    with pytest.raises(AlreadyExists) as caught:
        write(bucket, bytes(size), once=True)

    assert bucket.read(KEY) == b"first"
    assert caught.value.written.size == size
    assert "Uploads" not in bucket.s3.list_multipart_uploads(Bucket=bucket.name)


def fail(_: int) -> None:
    raise ZeroDivisionError


def test_an_upload_that_fails_leaves_nothing(bucket: Bucket) -> None:
    with pytest.raises(ZeroDivisionError):
        write(bucket, bytes(PART_BYTES + 1), report=fail)

    assert bucket.keys("") == []
    assert "Uploads" not in bucket.s3.list_multipart_uploads(Bucket=bucket.name)


def test_an_object_of_one_part_is_put_at_once(bucket: Bucket, aws_calls: list[str]) -> None:
    write(bucket, bytes(PART_BYTES))

    assert aws_calls == ["PutObject"]


def test_s3_verifies_each_part(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    send, sent = bucket.s3.upload_part, list[tuple[bytes, str]]()

    def noted(**given: Any) -> Any:
        sent.append((given["Body"], given["ChecksumSHA256"]))
        return send(**given)

    monkeypatch.setattr(bucket.s3, "upload_part", noted)
    write(bucket, bytes(PART_BYTES) + b"rest")

    assert [len(body) for body, _ in sent] == [PART_BYTES, 4]
    assert [base64.b64decode(checksum) for _, checksum in sent] == [
        hashlib.sha256(body).digest() for body, _ in sent
    ]


def refuse(**_: Any) -> None:
    answer: Any = {"ResponseMetadata": {"HTTPStatusCode": 409}}
    raise ClientError(answer, "PutObject")


def test_a_conflict_with_another_writer_is_not_an_existing_object(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket.s3, "put_object", refuse)

    with pytest.raises(ClientError):
        write(bucket, b"rows", once=True)


def test_an_upload_that_cannot_be_aborted_fails_with_its_own_error(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket.s3, "abort_multipart_upload", refuse)

    with pytest.raises(ZeroDivisionError):
        write(bucket, bytes(PART_BYTES + 1), report=fail)


def test_a_small_object_has_a_digest_in_s3(bucket: Bucket) -> None:
    write(bucket, b"rows")

    found = bucket.s3.head_object(Bucket=bucket.name, Key=KEY, ChecksumMode="ENABLED")
    assert "-" not in found["ChecksumSHA256"]
