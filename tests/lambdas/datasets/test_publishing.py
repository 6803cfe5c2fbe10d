"""Exactly what was approved is published, once."""

import gzip
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from lambdas.datasets.errors import FileTooLarge, NotPublished
from lambdas.datasets.newest import NewerPublished
from lambdas.datasets.objects import find
from lambdas.datasets.publishing import ALL_ROWS, GOOD_ROWS, Dataset, published_key
from lambdas.datasets.uploads import PART_BYTES, Upload
from tests.lambdas.datasets.conftest import KEY, Bucket, in_time
from tests.lambdas.datasets.files import CsvFile, csv_files

LARGE = b"text,flagged\n" + (b"x" * 995 + b",no\n") * (5 * PART_BYTES // 2000)
"""Two and a half parts."""
ROWS = "id,flagged,why\n1,true,late\n2,no,\n3,,\n"


def publish(
    bucket: Bucket, dataset: Dataset, choice: str = ALL_ROWS, accepted: str = ""
) -> dict[str, Any]:
    return bucket.publisher.publish(dataset, choice, accepted, in_time)


def versions(bucket: Bucket, number: int) -> list[Dataset]:
    """Versions of a file, oldest first, each with a row of its own."""
    return [bucket.dataset(bucket.put(f"{ROWS}{n},,\n")) for n in range(number)]


@given(csv_files())
def test_of_any_file_the_good_rows_are_published_byte_for_byte(
    bucket: Bucket, file: CsvFile
) -> None:
    stated = {"delimiter": file.delimiter.name.lower()}
    dataset = bucket.dataset(bucket.put(file.body, Metadata=stated))

    published = publish(bucket, dataset, GOOD_ROWS)

    body = bucket.read(published["key"], published["version_id"])
    assert (gzip.decompress(body) if file.compressed else body) == file.good
    assert published["sha256"] == hashlib.sha256(body).hexdigest()
    assert published["rows"] == file.flagged.count(False)


@pytest.mark.parametrize("compressed", [False, True])
def test_all_rows_are_the_approved_version_byte_for_byte(bucket: Bucket, compressed: bool) -> None:
    body = gzip.compress(ROWS.encode()) if compressed else ROWS.encode()
    dataset = bucket.dataset(bucket.put(body))
    bucket.put("id,flagged\n1,\n")  # another version, while people think

    published = publish(bucket, dataset)

    assert bucket.read(published["key"]) == body
    assert published["sha256"] == dataset.sha256 == hashlib.sha256(body).hexdigest()
    assert published["rows"] == 3


def test_the_key_has_the_hash_of_the_version(bucket: Bucket) -> None:
    keys = [
        publish(bucket, bucket.dataset(bucket.put(ROWS, key), key))["key"]
        for key in (KEY, KEY, "incoming/a.b/orders.csv.gz", "incoming/plain")
    ]

    stems = [
        key.replace(key.split(".")[-1 - key.count("csv") - key.count("gz")], "HASH") for key in keys
    ]
    assert stems == [
        "published/orders.HASH.csv",
        "published/orders.HASH.csv",
        "published/a.b/orders.HASH.csv.gz",
        "published/plain.HASH",
    ]
    assert len(set(keys)) == 4


def test_a_repeat_publishes_nothing_new(bucket: Bucket) -> None:
    dataset = bucket.dataset(bucket.put(ROWS))

    first, second = (publish(bucket, dataset, GOOD_ROWS) for _ in range(2))

    assert first == second
    versions = bucket.s3.list_object_versions(Bucket=bucket.name, Prefix="published/")
    assert len(versions["Versions"]) == 1


@pytest.mark.parametrize("body", [ROWS, "id,flagged\n1,no\n"], ids=["other", "same rows"])
def test_a_version_is_published_in_one_way_only(bucket: Bucket, body: str) -> None:
    dataset = bucket.dataset(bucket.put(body))
    key = publish(bucket, dataset)["key"]

    with pytest.raises(NotPublished, match="published before, as all rows"):
        publish(bucket, dataset, GOOD_ROWS)
    assert bucket.read(key) == body.encode()


def test_empty_lines_are_published_and_are_no_rows(bucket: Bucket) -> None:
    dataset = bucket.dataset(bucket.put("\nid,flagged\r\n\n1,no\n\r\n2,yes\n\n"))

    published = publish(bucket, dataset, GOOD_ROWS)

    assert bucket.read(published["key"]) == b"\nid,flagged\r\n\n1,no\n\r\n\n"
    assert published["rows"] == 1


def test_good_rows_are_written_in_batches(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    write = Upload.write

    def noted(upload: Upload, data: bytes) -> None:
        sizes.append(len(data))
        write(upload, data)

    monkeypatch.setattr(Upload, "write", noted)

    publish(bucket, bucket.dataset(bucket.put(LARGE)), GOOD_ROWS)

    assert sum(sizes) == len(LARGE)
    assert max(sizes) < 1024 * 1024 + 1000
    assert len(sizes) <= len(LARGE) // (1024 * 1024) + 1


def test_a_version_is_not_taken_for_another_object_with_its_key(bucket: Bucket) -> None:
    dataset = bucket.dataset(bucket.put(ROWS))
    key = published_key(find(bucket.s3, bucket.name, KEY, dataset.version_id))
    bucket.put("other rows", key, Metadata={"selection": ALL_ROWS})

    with pytest.raises(NotPublished, match="published before"):
        publish(bucket, dataset)


def test_a_sample_is_published(bucket: Bucket) -> None:
    version = bucket.put(ROWS, "samples/run-1.csv")
    dataset = replace(bucket.dataset(bucket.put(ROWS)), key="samples/run-1.csv", version_id=version)

    assert publish(bucket, dataset)["key"].startswith("published/run-1.")


def test_a_file_that_a_function_of_the_user_counted_is_published_whole(bucket: Bucket) -> None:
    version = bucket.put(b"any format", key := "incoming/orders.parquet")
    dataset = replace(
        bucket.dataset(bucket.put(ROWS)), key=key, version_id=version, sha256="", delimiter=None
    )

    published = publish(bucket, dataset)

    assert bucket.read(published["key"]) == b"any format"
    assert published["rows"] == dataset.rows


def test_a_large_file_is_published_in_parts_and_visible_when_it_is_complete(
    bucket: Bucket, aws_calls: list[str]
) -> None:
    body = LARGE
    dataset = bucket.dataset(bucket.put(body))
    aws_calls.clear()

    published = publish(bucket, dataset)
    made = [*aws_calls]

    assert bucket.read(published["key"]) == body
    parts = [it for it in made if "Multipart" in it or "Part" in it]
    assert parts == ["CreateMultipartUpload", *["UploadPart"] * 3, "CompleteMultipartUpload"]
    # A part is sent before the next block is read, so that memory does not depend on the size.
    blocks = [it for it in made if it in ("GetObject", "UploadPart")]
    assert blocks[:5] == ["GetObject", "GetObject", "UploadPart", "GetObject", "UploadPart"]


def test_an_interrupted_upload_leaves_nothing(bucket: Bucket) -> None:
    body = LARGE
    dataset = bucket.dataset(bucket.put(body))
    seconds = iter([9.0, 9.0, -1.0])

    with pytest.raises(FileTooLarge, match="Split it into several files"):
        bucket.publisher.publish(dataset, ALL_ROWS, "", lambda: next(seconds))

    assert bucket.keys("published/") == []
    assert "Uploads" not in bucket.s3.list_multipart_uploads(Bucket=bucket.name)


@pytest.mark.parametrize(
    ("choice", "changes", "problem"),
    [
        ("some rows", {}, "the answer must be all rows or only rows that are not flagged"),
        ("", {}, "the answer must be"),
        (ALL_ROWS, {"bucket": "another"}, "this is not a file of the workflow"),
        (ALL_ROWS, {"key": "published/orders.csv"}, "this is not a file of the workflow"),
        (ALL_ROWS, {"sha256": "ab" * 32}, "differs from what was reviewed"),
        (GOOD_ROWS, {"delimiter": None}, "a function of yours counted"),
        (GOOD_ROWS, {"flagged_rows": 0}, "flagged rows of the file are 1 of 3, but 0 of 3"),
        (GOOD_ROWS, {"rows": 4}, "flagged rows of the file are 1 of 3, but 1 of 4"),
    ],
)
def test_what_was_not_approved_is_not_published(
    bucket: Bucket, choice: str, changes: dict[str, Any], problem: str
) -> None:
    dataset = replace(bucket.dataset(bucket.put(ROWS)), **changes)

    with pytest.raises(NotPublished, match=problem):
        publish(bucket, dataset, choice)
    assert bucket.keys("published/") == bucket.keys("newest/") == []


def test_an_older_version_needs_a_decision_over_the_newer_one(bucket: Bucket) -> None:
    older, newer = versions(bucket, 2)
    publish(bucket, newer)

    with pytest.raises(NewerPublished) as caught:
        publish(bucket, older)
    assert caught.value.version_id == newer.version_id
    published = publish(bucket, older, accepted=newer.version_id)

    assert bucket.read(published["key"]) == f"{ROWS}0,,\n".encode()


def test_an_older_version_with_the_same_content_needs_no_decision(bucket: Bucket) -> None:
    older, newer = (bucket.dataset(bucket.put(ROWS)) for _ in range(2))

    keys = {publish(bucket, it)["key"] for it in (newer, older)}

    assert len(keys) == 2


def test_the_same_content_published_another_way_needs_a_decision(bucket: Bucket) -> None:
    older, newer = (bucket.dataset(bucket.put(ROWS)) for _ in range(2))
    publish(bucket, newer, GOOD_ROWS)

    with pytest.raises(NewerPublished):
        publish(bucket, older)
    publish(bucket, older, GOOD_ROWS)


def test_a_decision_over_one_newer_version_does_not_cover_another(bucket: Bucket) -> None:
    oldest, newer, newest = versions(bucket, 3)
    publish(bucket, newer)
    publish(bucket, newest)

    with pytest.raises(NewerPublished) as caught:
        publish(bucket, oldest, accepted=newer.version_id)
    assert caught.value.version_id == newest.version_id


def test_versions_in_their_order_need_no_further_decision(bucket: Bucket) -> None:
    for dataset in [bucket.dataset(bucket.put(ROWS)) for _ in range(3)]:
        publish(bucket, dataset)

    assert len(bucket.keys("published/")) == 3


def test_the_metadata_has_the_version_and_the_choice(bucket: Bucket) -> None:
    version = bucket.put(ROWS, Metadata={"title": "a claim"})

    key = publish(bucket, bucket.dataset(version), GOOD_ROWS)["key"]

    found = bucket.s3.head_object(Bucket=bucket.name, Key=key)
    assert found["Metadata"] == {"source-version": version, "selection": GOOD_ROWS}


def test_the_media_type_is_that_of_the_file(bucket: Bucket) -> None:
    body = gzip.compress(ROWS.encode())
    version = bucket.put(body, ContentType="text/csv", ContentEncoding="gzip")

    key = publish(bucket, bucket.dataset(version), GOOD_ROWS)["key"]

    found = bucket.s3.head_object(Bucket=bucket.name, Key=key)
    assert (found["ContentType"], found["ContentEncoding"]) == ("text/csv", "gzip")
