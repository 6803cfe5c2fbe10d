"""Where the datasets are: private, versioned, encrypted."""

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
