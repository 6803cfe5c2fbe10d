"""S3 buckets, and the resources that each carry one of their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.created import Created, Handler, aws_tags, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def bucket(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the bucket and tag it."""
    inputs.without_effect("forceDestroy")  # everything goes when the cloud stops
    bucket_name = physical_name(name, inputs, longest=63, key="bucket")
    account.s3.create_bucket(
        Bucket=bucket_name,
        **present(CreateBucketConfiguration={"LocationConstraint": account.region}),
    )
    if tags := aws_tags(inputs):
        account.s3.put_bucket_tagging(Bucket=bucket_name, **present(Tagging={"TagSet": tags}))
    return Created(
        bucket_name,
        {
            "arn": f"arn:aws:s3:::{bucket_name}",
            "bucket": bucket_name,
            "bucketRegion": account.region,
        },
    )


def versioning(account: Account, _name: str, inputs: Inputs) -> Created:
    """Switch versioning on or off."""
    bucket_name = inputs.text("bucket")
    status = inputs.block("versioningConfiguration").text("status")
    account.s3.put_bucket_versioning(
        Bucket=bucket_name, **present(VersioningConfiguration={"Status": status})
    )
    return Created(bucket_name, {})


def encryption(account: Account, _name: str, inputs: Inputs) -> Created:
    """Set the default encryption."""
    bucket_name = inputs.text("bucket")
    rules = [_encryption_rule(rule) for rule in inputs.blocks("rules")]
    account.s3.put_bucket_encryption(
        Bucket=bucket_name, **present(ServerSideEncryptionConfiguration={"Rules": rules})
    )
    return Created(bucket_name, {})


def _encryption_rule(rule: Inputs) -> dict[str, Any]:
    default = rule.block("applyServerSideEncryptionByDefault")
    return present(
        ApplyServerSideEncryptionByDefault=present(
            SSEAlgorithm=default.text("sseAlgorithm"),
            KMSMasterKeyID=default.optional_text("kmsMasterKeyId"),
        ),
        BucketKeyEnabled=rule.optional_flag("bucketKeyEnabled"),
    )


def public_access_block(account: Account, _name: str, inputs: Inputs) -> Created:
    """Block public access."""
    bucket_name = inputs.text("bucket")
    account.s3.put_public_access_block(
        Bucket=bucket_name,
        **present(
            PublicAccessBlockConfiguration=present(
                BlockPublicAcls=inputs.optional_flag("blockPublicAcls"),
                BlockPublicPolicy=inputs.optional_flag("blockPublicPolicy"),
                IgnorePublicAcls=inputs.optional_flag("ignorePublicAcls"),
                RestrictPublicBuckets=inputs.optional_flag("restrictPublicBuckets"),
            )
        ),
    )
    return Created(bucket_name, {})


def policy(account: Account, _name: str, inputs: Inputs) -> Created:
    """Attach the bucket policy."""
    bucket_name = inputs.text("bucket")
    account.s3.put_bucket_policy(Bucket=bucket_name, Policy=inputs.text("policy"))
    return Created(bucket_name, {})


def ownership_controls(account: Account, _name: str, inputs: Inputs) -> Created:
    """Set who owns uploaded objects."""
    bucket_name = inputs.text("bucket")
    ownership = inputs.block("rule").text("objectOwnership")
    account.s3.put_bucket_ownership_controls(
        Bucket=bucket_name,
        **present(OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]}),
    )
    return Created(bucket_name, {})


def lifecycle(account: Account, _name: str, inputs: Inputs) -> Created:
    """Set the lifecycle rules."""
    bucket_name = inputs.text("bucket")
    rules = [_lifecycle_rule(rule) for rule in inputs.blocks("rules")]
    account.s3.put_bucket_lifecycle_configuration(
        Bucket=bucket_name, **present(LifecycleConfiguration={"Rules": rules})
    )
    return Created(bucket_name, {})


def _lifecycle_rule(rule: Inputs) -> dict[str, Any]:
    where = rule.optional_block("filter")
    return present(
        ID=rule.text("id"),
        Status=rule.text("status"),
        Filter={"Prefix": (where and where.optional_text("prefix")) or ""},
        Expiration=_days(rule, "expiration", "days", "Days"),
        NoncurrentVersionExpiration=_days(
            rule, "noncurrentVersionExpiration", "noncurrentDays", "NoncurrentDays"
        ),
        AbortIncompleteMultipartUpload=_days(
            rule, "abortIncompleteMultipartUpload", "daysAfterInitiation", "DaysAfterInitiation"
        ),
    )


def _days(rule: Inputs, block: str, key: str, parameter: str) -> dict[str, int] | None:
    inner = rule.optional_block(block)
    return None if inner is None else {parameter: inner.whole(key)}


HANDLERS: dict[str, Handler] = {
    "aws:s3/bucket:Bucket": bucket,
    "aws:s3/bucketVersioning:BucketVersioning": versioning,
    "aws:s3/bucketServerSideEncryptionConfiguration:"
    "BucketServerSideEncryptionConfiguration": encryption,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": public_access_block,
    "aws:s3/bucketPolicy:BucketPolicy": policy,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownership_controls,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
}
