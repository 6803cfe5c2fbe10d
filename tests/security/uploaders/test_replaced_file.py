"""A file is replaced while people think, or after they have approved it."""

import pytest

from lambdas.datasets.errors import FileNotFound
from lambdas.datasets.publishing import ALL_ROWS, GOOD_ROWS
from tests.lambdas.datasets.conftest import KEY, Bucket, in_time

REVIEWED, REPLACED = "id,flagged\n1,yes\n2,no\n", "id,flagged\n3,no\n4,no\n"


@pytest.mark.parametrize(
    ("choice", "body"), [(ALL_ROWS, REVIEWED), (GOOD_ROWS, "id,flagged\n2,no\n")]
)
def test_the_reviewed_version_is_published(bucket: Bucket, choice: str, body: str) -> None:
    dataset = bucket.dataset(bucket.put(REVIEWED))
    bucket.put(REPLACED)

    published = bucket.publisher.publish(dataset, choice, "", in_time)

    assert bucket.read(published["key"]) == body.encode()


def test_a_deleted_version_is_not_replaced_by_another(bucket: Bucket) -> None:
    dataset = bucket.dataset(bucket.put(REVIEWED))
    bucket.put(REPLACED)
    bucket.s3.delete_object(Bucket=bucket.name, Key=KEY, VersionId=dataset.version_id)

    with pytest.raises(FileNotFound, match="does not exist in version"):
        bucket.publisher.publish(dataset, ALL_ROWS, "", in_time)
    assert bucket.keys("published/") == []


def test_what_was_written_once_is_not_replaced(bucket: Bucket) -> None:
    dataset = bucket.dataset(bucket.put(REVIEWED))

    published = [bucket.publisher.publish(dataset, ALL_ROWS, "", in_time) for _ in range(2)]

    assert published[0] == published[1]
