"""The tables of reviews and audit entries: encrypted, recoverable, indexed."""

import pytest

from components.reviews.store import DUE, LISTED
from lambdas.domain.review.review import EXPIRES_AT
from tests.components.deployments import Deployment


@pytest.mark.parametrize("name", ["reviews-table", "reviews-audit-log", "reviews-notes"])
def test_a_table_is_encrypted_recoverable_and_paid_by_request(
    deployment: Deployment, name: str
) -> None:
    table = deployment.one("Table", name).inputs
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["serverSideEncryption"] == {"enabled": True}
    assert table["pointInTimeRecovery"] == {"enabled": True}


def test_reviews_are_indexed_by_id_execution_status_and_time(
    deployment: Deployment,
) -> None:
    table = deployment.one("Table", "reviews-table").inputs
    assert table["hashKey"] == "review_id"
    assert "rangeKey" not in table
    assert table["globalSecondaryIndexes"] == [
        {
            "name": "by_execution",
            "hashKey": "execution_arn",
            "rangeKey": "review_id",
            "projectionType": "KEYS_ONLY",
        },
        {
            "name": "by_due",
            "hashKey": "stage",
            "rangeKey": "due_at",
            "projectionType": "INCLUDE",
            "nonKeyAttributes": [*DUE],
        },
        {
            "name": "by_status",
            "hashKey": "status",
            "rangeKey": "deadline",
            "projectionType": "INCLUDE",
            "nonKeyAttributes": ["stage", "requested_at", *LISTED],
        },
        {
            "name": "by_start",
            "hashKey": "stage",
            "rangeKey": "requested_at",
            "projectionType": "INCLUDE",
            "nonKeyAttributes": ["status", "deadline", *LISTED],
        },
        {
            "name": "by_asker",
            "hashKey": "asker",
            "rangeKey": "deadline",
            "projectionType": "INCLUDE",
            "nonKeyAttributes": ["stage", "status", "requested_at", *LISTED],
        },
    ]


def test_an_index_stays_within_dynamodbs_limit_of_attributes(deployment: Deployment) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html"""
    table = deployment.one("Table", "reviews-table").inputs
    held = [len(it.get("nonKeyAttributes", [])) for it in table["globalSecondaryIndexes"]]
    assert max(held) <= 20
    assert sum(held) <= 100


def test_exactly_the_key_attributes_are_declared(deployment: Deployment) -> None:
    for table in deployment.of_type("Table"):
        indexes = [table.inputs, *table.inputs.get("globalSecondaryIndexes", [])]
        keys = {index[key] for index in indexes for key in ("hashKey", "rangeKey") if key in index}
        assert {item["name"]: item["type"] for item in table.inputs["attributes"]} == dict.fromkeys(
            keys, "S"
        )


def test_the_audit_log_has_many_events_per_review_and_keeps_them(deployment: Deployment) -> None:
    record = deployment.one("Table", "reviews-audit-log").inputs
    assert (record["hashKey"], record["rangeKey"]) == ("review_id", "event_id")
    assert "ttl" not in record


@pytest.mark.parametrize("name", ["reviews-table", "reviews-notes"])
def test_reviews_and_notes_are_deleted_after_the_retention_time(
    deployment: Deployment, name: str
) -> None:
    ttl = deployment.one("Table", name).inputs["ttl"]
    assert ttl == {"attributeName": EXPIRES_AT, "enabled": True}
