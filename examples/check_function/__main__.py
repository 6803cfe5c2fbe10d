"""Deploys a function that counts flagged rows in place of Signoff.

    pulumi config set evidenceBucketName "$(signoff outputs --stage dev evidence_bucket_name)"
    pulumi up

Then set `signoff:checkFunctionArn` to the output `check_function_arn` in Signoff's stage.
"""

import json
from pathlib import Path

import pulumi
import pulumi_aws as aws

CODE = Path(__file__).with_name("check_orders.py")
SECONDS = 14 * 60  # Signoff's own step has 15 minutes

bucket = pulumi.Config().require("evidenceBucketName")
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
role = aws.iam.Role("check-orders", assume_role_policy=json.dumps(trust))
partition = role.arn.apply(lambda arn: arn.split(":")[1])
logs = aws.cloudwatch.LogGroup("check-orders", retention_in_days=30)
allowed = aws.iam.RolePolicy(
    "check-orders",
    role=role.name,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "s3:GetObjectVersion",
                    "Resource": pulumi.Output.format(
                        "arn:{}:s3:::{}/incoming/*", partition, bucket
                    ),
                },
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": pulumi.Output.concat(logs.arn, ":*"),
                },
            ],
        }
    ),
)
function = aws.lambda_.Function(
    "check-orders",
    name=f"check-orders-{pulumi.get_stack()}",  # stays the same if Pulumi replaces it
    runtime=aws.lambda_.Runtime.PYTHON3D13,
    architectures=["arm64"],
    handler="check_orders.handle",
    code=pulumi.AssetArchive({CODE.name: pulumi.FileAsset(CODE)}),
    role=role.arn,
    memory_size=1769,  # a whole core
    timeout=SECONDS,
    logging_config={"log_format": "JSON", "log_group": logs.name},
    opts=pulumi.ResourceOptions(depends_on=[allowed]),
)

pulumi.export("check_function_arn", function.arn)
