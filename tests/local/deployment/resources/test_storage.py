"""Buckets and tables are created from their inputs."""

from __future__ import annotations

import json
from typing import Any

from tests.local.deployment.resources.maker import AS_LIST, TAGS, Maker


def test_a_bucket_has_its_settings(create: Maker, bucket: str) -> None:
    create("BucketVersioning", bucket=bucket, versioningConfiguration={"status": "Enabled"})
    create(
        "BucketServerSideEncryptionConfiguration",
        bucket=bucket,
        rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
    )
    create(
        "BucketPublicAccessBlock",
        bucket=bucket,
        blockPublicAcls=True,
        blockPublicPolicy=True,
        ignorePublicAcls=True,
        restrictPublicBuckets=True,
    )
    create(
        "BucketOwnershipControls", bucket=bucket, rule={"objectOwnership": "BucketOwnerEnforced"}
    )
    s3 = create.aws.s3
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    controls = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
    assert rules[0].get("ApplyServerSideEncryptionByDefault") == {"SSEAlgorithm": "AES256"}
    assert controls["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert len(blocked) == 4
    assert all(blocked.values())
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == AS_LIST


def test_a_bucket_policy_is_attached_unchanged(create: Maker, bucket: str) -> None:
    statement = {
        "Sid": "OverTlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    create("BucketPolicy", bucket=bucket, policy=policy)
    assert create.aws.s3.get_bucket_policy(Bucket=bucket)["Policy"] == policy


def test_lifecycle_rules_delete_unfinished_uploads_and_old_versions(
    create: Maker, bucket: str
) -> None:
    create(
        "BucketLifecycleConfiguration",
        bucket=bucket,
        rules=[
            {
                "id": "abort",
                "status": "Enabled",
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7.0},
            },
            {
                "id": "replaced",
                "status": "Enabled",
                "noncurrentVersionExpiration": {"noncurrentDays": 9.0},
            },
        ],
    )
    (rule, replaced) = create.aws.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert rule.get("AbortIncompleteMultipartUpload") == {"DaysAfterInitiation": 7}
    assert replaced.get("NoncurrentVersionExpiration") == {"NoncurrentDays": 9}


def test_a_table_has_its_index_encryption_recovery_and_protection(create: Maker) -> None:
    name = create(
        "Table",
        billingMode="PAY_PER_REQUEST",
        hashKey="id",
        attributes=[{"name": "id", "type": "S"}, {"name": "execution", "type": "S"}],
        globalSecondaryIndexes=[
            {
                "name": "by_execution",
                "hashKey": "execution",
                "rangeKey": "id",
                "projectionType": "ALL",
            }
        ],
        serverSideEncryption={"enabled": True},
        pointInTimeRecovery={"enabled": True},
        ttl={"attributeName": "expires_at", "enabled": True},
        deletionProtectionEnabled=True,
        tags=TAGS,
    ).id
    db = create.aws.dynamodb
    table: Any = db.describe_table(TableName=name)["Table"]
    (index,) = table["GlobalSecondaryIndexes"]
    backups: Any = db.describe_continuous_backups(TableName=name)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert index["KeySchema"] == [
        {"AttributeName": "execution", "KeyType": "HASH"},
        {"AttributeName": "id", "KeyType": "RANGE"},
    ]
    assert table["SSEDescription"]["Status"] == "ENABLED"
    assert table["DeletionProtectionEnabled"] is True
    ttl = db.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert ttl == {"AttributeName": "expires_at", "TimeToLiveStatus": "ENABLED"}
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    tags = db.list_tags_of_resource(ResourceArn=table["TableArn"]).get("Tags", [])
    assert sorted(tags, key=lambda tag: tag["Key"]) == AS_LIST


def test_a_sparse_index_can_project_keys_only(create: Maker) -> None:
    name = create(
        "Table",
        billingMode="PAY_PER_REQUEST",
        hashKey="id",
        attributes=[{"name": key, "type": "S"} for key in ("id", "execution", "stage", "due_at")],
        globalSecondaryIndexes=[
            {"name": "by_execution", "hashKey": "execution", "projectionType": "ALL"},
            {
                "name": "by_due",
                "hashKey": "stage",
                "rangeKey": "due_at",
                "projectionType": "KEYS_ONLY",
            },
        ],
    ).id
    db = create.aws.dynamodb
    done = {"id": {"S": "done"}, "stage": {"S": "dev"}, "execution": {"S": "a"}}
    for row in (done, {**done, "id": {"S": "due"}, "due_at": {"S": "2026-01-01T00:00:00Z"}}):
        db.put_item(TableName=name, Item=row)
    found = db.query(
        TableName=name,
        IndexName="by_due",
        KeyConditionExpression="stage = :stage AND due_at <= :now",
        ExpressionAttributeValues={":stage": {"S": "dev"}, ":now": {"S": "2026-01-02"}},
    )
    assert found["Items"] == [
        {"id": {"S": "due"}, "stage": {"S": "dev"}, "due_at": {"S": "2026-01-01T00:00:00Z"}}
    ]


def test_a_bucket_sends_events(create: Maker, bucket: str) -> None:
    create("BucketNotification", bucket=bucket, eventbridge=True)
    found: dict[str, Any] = {**create.aws.s3.get_bucket_notification_configuration(Bucket=bucket)}
    found.pop("ResponseMetadata")
    assert found == {"EventBridgeConfiguration": {}}
