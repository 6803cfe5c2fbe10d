"""The note about a file's newest published version."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.datasets.errors import StorageUnavailable
from lambdas.datasets.newest import NewerPublished, Newest
from lambdas.datasets.objects import File, find
from tests.lambdas.datasets.conftest import KEY, Bucket


def file(bucket: Bucket, key: str = KEY) -> File:
    """Upload a version."""
    return find(bucket.s3, bucket.name, key, bucket.put("rows", key))


def sha(version: File) -> str:
    """The digest of its content, which is another one for each version here."""
    return version.version_id


def refused_with(status: int) -> ClientError:
    answer: Any = {"ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetObject")


@pytest.fixture
def newest(bucket: Bucket) -> Newest:
    return Newest(s3=bucket.s3, bucket=bucket.name)


def noted(bucket: Bucket) -> list[str]:
    return [json.loads(bucket.read(key))["version_id"] for key in bucket.keys("newest/")]


def test_a_newer_version_replaces_the_note(bucket: Bucket, newest: Newest) -> None:
    versions = [file(bucket) for _ in range(3)]

    for version in versions:
        newest.claim(version, sha(version), "")

    assert noted(bucket) == [versions[-1].version_id]


def test_the_same_version_may_be_claimed_again(
    bucket: Bucket, newest: Newest, aws_calls: list[str]
) -> None:
    version = file(bucket)
    newest.claim(version, sha(version), "")
    aws_calls.clear()

    newest.claim(version, sha(version), "")

    assert aws_calls == ["GetObject"]


def test_an_accepted_older_version_leaves_the_note(bucket: Bucket, newest: Newest) -> None:
    older, newer = file(bucket), file(bucket)
    newest.claim(newer, sha(newer), "")

    newest.claim(older, sha(older), newer.version_id)

    assert noted(bucket) == [newer.version_id]


def test_an_older_version_with_the_same_content_may_follow(bucket: Bucket, newest: Newest) -> None:
    older, newer = file(bucket), file(bucket)
    newest.claim(newer, "ab" * 32, "")

    newest.claim(older, "ab" * 32, "")

    assert noted(bucket) == [newer.version_id]


def test_other_files_have_notes_of_their_own(bucket: Bucket, newest: Newest) -> None:
    older, other, newer = file(bucket), file(bucket, f"{KEY}.bak"), file(bucket)
    newest.claim(other, sha(other), "")
    newest.claim(newer, sha(newer), "")

    with pytest.raises(NewerPublished):
        newest.claim(older, sha(older), "")


def test_a_deleted_newer_version_still_counts(bucket: Bucket, newest: Newest) -> None:
    older, newer = file(bucket), file(bucket)
    newest.claim(newer, sha(newer), "")
    bucket.s3.delete_object(Bucket=bucket.name, Key=KEY, VersionId=newer.version_id)

    with pytest.raises(NewerPublished):
        newest.claim(older, sha(older), "")


def test_a_version_is_newer_than_a_deleted_one_by_its_time(bucket: Bucket, newest: Newest) -> None:
    older, newer = file(bucket), file(bucket)
    newest.claim(older, sha(older), "")
    bucket.s3.delete_object(Bucket=bucket.name, Key=KEY, VersionId=older.version_id)

    newest.claim(
        replace(newer, modified_at=older.modified_at + timedelta(seconds=1)), sha(newer), ""
    )

    assert noted(bucket) == [newer.version_id]


@pytest.mark.parametrize("status", [403, 404])
def test_a_note_that_appears_after_it_was_missing_is_not_overwritten(
    bucket: Bucket, newest: Newest, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Without permission to list, S3 answers 403 for an object that does not exist."""
    older, newer, client = file(bucket), file(bucket), boto3.client("s3")
    read = client.get_object

    def miss_once(**_: Any) -> None:
        monkeypatch.setattr(client, "get_object", read)
        newest.claim(newer, sha(newer), "")
        raise refused_with(status)

    monkeypatch.setattr(client, "get_object", miss_once)

    with pytest.raises(NewerPublished):
        Newest(s3=client, bucket=bucket.name).claim(older, sha(older), "")
    assert noted(bucket) == [newer.version_id]


@pytest.mark.parametrize("status", [409, 412])
def test_a_claim_that_always_loses_fails_so_that_the_workflow_retries(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    tries: list[Any] = []

    def lose(**asked: Any) -> None:
        tries.append(asked)
        raise refused_with(status)

    version, client = file(bucket), boto3.client("s3")
    monkeypatch.setattr(client, "put_object", lose)

    with pytest.raises(StorageUnavailable, match="kept changing the note about incoming/orders"):
        Newest(s3=client, bucket=bucket.name).claim(version, sha(version), "")
    assert 1 < len(tries) <= 10


def test_of_concurrent_claims_the_newest_version_wins(bucket: Bucket) -> None:
    versions = [file(bucket) for _ in range(6)]
    refused: list[Any] = []

    def claim(version: File) -> None:
        try:
            Newest(s3=boto3.client("s3"), bucket=bucket.name).claim(version, sha(version), "")
        except NewerPublished as newer:
            refused.append(newer)

    threads = [threading.Thread(target=claim, args=[it]) for it in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert noted(bucket) == [versions[-1].version_id]
    assert len(refused) < len(versions)
