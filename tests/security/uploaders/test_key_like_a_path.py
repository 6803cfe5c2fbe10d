"""A key looks like a path, a link or nothing at all, to end up elsewhere or to mislead."""

import pytest

from lambdas.datasets.workflow_input import WorkflowInput
from lambdas.domain.review.errors import InvalidInput
from tests.lambdas.datasets.conftest import Bucket, in_time


@pytest.mark.parametrize(
    "key",
    [
        "incoming/../published/orders.csv",
        "incoming/./orders.csv",
        "incoming//orders.csv",
        "incoming/orders.csv/",
        "incoming/",
        "incoming/or\nders.csv",
        "incoming/orders\u202evsc.exe",
        "incoming/\u200b",
        "published/orders.csv",
        "/incoming/orders.csv",
        "Incoming/orders.csv",
        "incoming/" + "x" * 992,
    ],
)
def test_it_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput, match=r"^file\.key must be"):
        WorkflowInput.parse({"file": {"key": key}})


@pytest.mark.parametrize(
    "name",
    [
        "https:%2F%2Fevil.example%2Forders.csv",
        "a?versionId=other&x=1.csv",
        "<https:evil.example|click>.csv",
        "株式会社 #1 + 2%.csv",
        "published.csv",
        ".csv",
    ],
)
def test_an_odd_name_stays_the_name_of_a_file(bucket: Bucket, name: str) -> None:
    key = f"incoming/{name}"
    dataset = bucket.dataset(bucket.put("id,flagged\n1,yes\n", key), key)

    published = bucket.publisher.publish(dataset, "all rows", "", in_time)["key"]

    assert bucket.keys("published/") == [published]
    assert bucket.check(key)["request"]["evidence"][0]["name"] == name
