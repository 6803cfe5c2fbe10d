"""The bucket of files: `incoming/` and others are evidence, `published/` is for consumers."""

import math
from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.settings.stage import Stage

SHOWN_AFTER_THE_END = timedelta(days=8)
"""The time for which evidence is available after a review's end, plus a day."""


@dataclass(frozen=True, kw_only=True)
class EvidenceBucketArgs:
    """The stage defines whether the bucket is protected, the workflow's longest execution how long
    replaced versions are kept."""

    stage: Stage
    longest_execution: timedelta


class EvidenceBucket(pulumi.ComponentResource):
    """A private, versioned, encrypted bucket that requires TLS."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EvidenceBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:EvidenceBucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            force_destroy=not args.stage.protected,
            tags=args.stage.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.stage.protected),
        )
        aws.s3.BucketPublicAccessBlock(
            f"{name}-private",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=[
                {
                    "id": "abort-incomplete-uploads",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
                },
                {
                    "id": "expire-noncurrent-versions",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "noncurrent_version_expiration": {
                        "noncurrent_days": math.ceil(
                            (args.longest_execution + SHOWN_AFTER_THE_END) / timedelta(days=1)
                        )
                    },
                },
            ],
            opts=child,
        )
        # Evidence is pinned to a version, so nothing may write before versioning is enabled.
        self._name, self._bucket = name, bucket
        self.name = pulumi.Output.all(bucket.bucket, versioning.id).apply(lambda known: known[0])
        self.arn = bucket.arn
        self.register_outputs({"name": self.name, "arn": self.arn})

    def restrict_publishing(self, publisher: PythonFunction) -> pulumi.Resource:
        """Deny writes of published objects to everyone but this function, and require TLS."""
        return aws.s3.BucketPolicy(
            f"{self._name}-policy",
            bucket=self._bucket.bucket,
            policy=policy.render(
                "evidence_bucket", bucket_arn=self.arn, publisher_role_arn=publisher.role.arn
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
