"""A durable Lambda function that waits for reviews, with its own gate.

    ../../.venv/bin/pip install -r requirements.txt
    PYTHONPATH=../.. pulumi up
    aws lambda invoke --function-name "$(pulumi stack output function_arn):\\$LATEST" \\
        --invocation-type Event --cli-binary-format raw-in-base64-out \\
        --payload '{"model": "churn", "version": 7, "accuracy": 0.93}' /dev/null

There is no state machine: the gate posts the review, sends reminders, delivers the answer and
handles timeouts.
"""

import json
from datetime import timedelta
from pathlib import Path

import aws_durable_execution_sdk_python as sdk
import pulumi
import pulumi_aws as aws

from components import GateRules, ReviewGate, ReviewGateArgs, SlackConnection, Stage, TimeRules

CODE = Path(__file__).with_name("promote_model.py")
# Lambda's runtime includes this SDK for experiments only: its version can change any time.
SDK = Path(sdk.__file__).parent
LONGEST_REVIEW = timedelta(days=7)
TIME_AROUND_A_REVIEW = timedelta(hours=1)

stage = Stage(name=pulumi.get_stack(), log_retention_days=30, protected=False)
gate = ReviewGate(
    "promotions",
    ReviewGateArgs(
        stage=stage,
        rules=GateRules(
            slack=SlackConnection(
                channel="#model-promotions",
                webhook_url=pulumi.Config().require_secret("slackWebhookUrl"),
            ),
            times=TimeRules(review_timeout=LONGEST_REVIEW),
        ),
    ),
)

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
role = aws.iam.Role("promote-model", assume_role_policy=json.dumps(trust), tags=stage.tags)
logs = aws.cloudwatch.LogGroup("promote-model", retention_in_days=30, tags=stage.tags)
asking = gate.allow_caller("promote-model", role)
function = aws.lambda_.Function(
    "promote-model",
    runtime=aws.lambda_.Runtime.PYTHON3D13,
    architectures=["arm64"],
    handler="promote_model.handle",
    code=pulumi.AssetArchive(
        {
            CODE.name: pulumi.FileAsset(CODE),
            **{
                file.relative_to(SDK.parent).as_posix(): pulumi.FileAsset(file)
                for file in sorted(SDK.rglob("*.py"))
            },
        }
    ),
    role=role.arn,
    memory_size=256,
    timeout=60,
    environment={
        "variables": {
            "REQUEST_CALLBACK_ARN": gate.request_callback.arn,
            "SECONDS_TO_WAIT": str(int((LONGEST_REVIEW + TIME_AROUND_A_REVIEW).total_seconds())),
        }
    },
    # Can only be set on creation.
    durable_config={
        "execution_timeout": int((LONGEST_REVIEW + 2 * TIME_AROUND_A_REVIEW).total_seconds()),
        "retention_period": 14,
    },
    logging_config={"log_format": "JSON", "log_group": logs.name},
    tags=stage.tags,
    opts=pulumi.ResourceOptions(depends_on=[asking]),
)
aws.iam.RolePolicy(
    "promote-model",
    role=role.name,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "lambda:CheckpointDurableExecution",
                        "lambda:GetDurableExecutionState",
                    ],
                    "Resource": pulumi.Output.concat(function.arn, ":*"),
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
gate.connect_to_function("promote-model", function)

pulumi.export("function_arn", function.arn)
pulumi.export("decision_api_url", gate.decision_api.url)
pulumi.export("reviews_table_name", gate.store.table_name)
