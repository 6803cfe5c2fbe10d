"""Where the data is: private, encrypted, versioned, recoverable."""

import pytest

from tests.components.deployments import Deployment


def test_the_bucket_is_private_versioned_and_encrypted(deployment: Deployment) -> None:
    assert deployment.one("BucketPublicAccessBlock").inputs == {
        "bucket": deployment.outputs["evidence_bucket_name"],
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    versioning = deployment.one("BucketVersioning").inputs["versioningConfiguration"]
    assert versioning == {"status": "Enabled"}
    (rule,) = deployment.one("BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    ownership = deployment.one("BucketOwnershipControls").inputs["rule"]
    assert ownership == {"objectOwnership": "BucketOwnerEnforced"}
    (lifecycle,) = deployment.one("BucketLifecycleConfiguration").inputs["rules"]
    assert lifecycle["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert "expiration" not in lifecycle


@pytest.mark.parametrize("name", ["reviews-table", "reviews-record"])
def test_a_table_is_encrypted_recoverable_and_paid_by_request(
    deployment: Deployment, name: str
) -> None:
    table = deployment.one("Table", name).inputs
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["serverSideEncryption"] == {"enabled": True}
    assert table["pointInTimeRecovery"] == {"enabled": True}


def test_reviews_are_found_by_id_and_by_execution(deployment: Deployment) -> None:
    table = deployment.one("Table", "reviews-table").inputs
    assert table["hashKey"] == "review_id"
    assert "rangeKey" not in table
    (index,) = table["globalSecondaryIndexes"]
    assert index == {
        "name": "by_execution",
        "hashKey": "execution_arn",
        "rangeKey": "review_id",
        "projectionType": "ALL",
    }


def test_the_record_has_many_events_for_a_review_and_keeps_them(deployment: Deployment) -> None:
    record = deployment.one("Table", "reviews-record").inputs
    assert (record["hashKey"], record["rangeKey"]) == ("review_id", "event_id")
    assert {item["name"]: item["type"] for item in record["attributes"]} == {
        "review_id": "S",
        "event_id": "S",
    }
    assert "ttl" not in record
