"""The topic that announces published datasets to consumers."""

import pulumi
import pulumi_aws as aws

from components.settings.stage import Stage


def dataset_topic(flow: str, *, stage: Stage, opts: pulumi.ResourceOptions) -> aws.sns.Topic:
    """The topic of the flow with this name. Reviews are announced on another one."""
    return aws.sns.Topic(
        f"{flow}-datasets",
        kms_master_key_id="alias/aws/sns",
        signature_version=2,
        tags=stage.tags,
        opts=opts,
    )
