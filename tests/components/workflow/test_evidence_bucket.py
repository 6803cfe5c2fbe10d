"""The bucket of the datasets: private, versioned, encrypted."""

from datetime import timedelta
from typing import Any

import pytest

from components.workflow.evidence_bucket import SHOWN_AFTER_THE_END
from lambdas.datasets.names import WRITTEN_BY_PUBLISHING
from lambdas.domain.review.review import EVIDENCE_STAYS
from tests.components.deployments import Deployment, deploy, functions_of


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


def rules(deployment: Deployment) -> dict[str, dict[str, Any]]:
    found = deployment.one("BucketLifecycleConfiguration").inputs["rules"]
    return {rule["id"]: {k: v for k, v in rule.items() if k != "id"} for rule in found}


def everywhere(**action: dict[str, int]) -> dict[str, Any]:
    return {"status": "Enabled", "filter": {"prefix": ""}, **action}


@pytest.mark.parametrize(
    ("timeout", "days"),
    # An execution lasts two reviews and two hours, but at most a year.
    [("1s", 9), ("11h", 9), ("12h", 10), ("24h", 11), ("7d", 23), ("364d", 373)],
)
def test_replaced_versions_are_kept_as_long_as_a_review_shows_them(timeout: str, days: int) -> None:
    stage = deploy("dev", {"reviewTimeout": timeout})
    assert rules(stage) == {
        "abort-incomplete-uploads": everywhere(
            abortIncompleteMultipartUpload={"daysAfterInitiation": 1}
        ),
        "expire-noncurrent-versions": everywhere(
            noncurrentVersionExpiration={"noncurrentDays": days}
        ),
    }


def test_evidence_is_kept_a_day_longer_than_it_is_shown() -> None:
    assert EVIDENCE_STAYS + timedelta(days=1) == SHOWN_AFTER_THE_END


def test_only_the_publisher_may_write_published_files_and_notes(deployment: Deployment) -> None:
    bucket = "arn:aws:s3:::signoff-evidence-bucket-0a1b2c3"
    tls, publishing = deployment.one("BucketPolicy").json("policy")["Statement"]
    assert tls["Resource"] == [bucket, f"{bucket}/*"]
    assert publishing["Effect"] == "Deny"
    assert publishing["Principal"] == "*"
    assert publishing["Resource"] == [f"{bucket}/{prefix}*" for prefix in WRITTEN_BY_PUBLISHING]
    role = functions_of(deployment)["publish_dataset"].inputs["role"]
    assert publishing["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": role}}
    assert role.endswith(":role/signoff-publish-dataset-role-0a1b2c3")
