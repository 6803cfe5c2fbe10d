"""A program that violates every policy of the pack, some in several ways."""

import json

import pulumi_aws as aws

TAGS = {"project": "careless", "stage": "prod"}


def allowing(**statement: object) -> str:
    """Return a policy document with one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


aws.s3.Bucket("open", bucket="open", force_destroy=True, tags=TAGS)
aws.sns.Topic("untagged", kms_master_key_id="alias/aws/sns")
aws.sns.Topic("of-another-stage", kms_master_key_id="x", tags={**TAGS, "stage": "dev"})
aws.sns.Topic("readable", tags=TAGS)
aws.sqs.Queue("readable-queue", tags=TAGS)
aws.ssm.Parameter("readable-secret", type="String", value="x", tags=TAGS)
aws.dynamodb.Table(
    "forgetful",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    tags=TAGS,
)
aws.cloudwatch.LogGroup("endless", tags=TAGS)
aws.lambda_.Function(
    "talkative",
    role="arn:aws:iam::111111111111:role/it",
    environment={
        "variables": {
            "SLACK_BOT_TOKEN": "anything",
            "CHANNEL": "https://hooks.slack.com/services/T0/B0/X",
            "SLACK_BOT_TOKEN_PARAMETER": "fine",
        }
    },
    tags=TAGS,
)
aws.iam.RolePolicy("mighty", role="it", policy=allowing(Action="s3:*", Resource="arn:aws:s3:::x"))
aws.iam.RolePolicy(
    "far-reaching",
    role="it",
    policy=allowing(Action=["s3:GetObject", "xray:PutTraceSegments"], Resource="*"),
)
aws.sqs.QueuePolicy(
    "public",
    queue_url="https://sqs.eu-central-1.amazonaws.com/111111111111/it",
    policy=allowing(Action="sqs:SendMessage", Resource="arn:aws:sqs:::it", Principal="*"),
)
