"""The workflow around the gate: its definition as a pure function, its role, its logs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.arns import account_of
from components.functions.python_function import PythonFunction
from components.review_gate import ReviewGate
from components.reviews.states import FIRST_STATE, RETRY_LAMBDA_SERVICE, States
from components.settings.stage import Stage
from components.workflow.evidence_bucket import EvidenceBucket

DATASET_FIELDS = (
    "bucket",
    "key",
    "version_id",
    "sha256",
    "rows",
    "flagged_rows",
    "flagged_share",
)
TIME_AROUND_A_REVIEW = timedelta(hours=1)


def definition(
    *,
    generate_function: str,
    bucket: str,
    gate_states: States,
    threshold: float,
    review_timeout: timedelta,
) -> dict[str, Any]:
    """The whole machine; `gate_states` lead to `PublishDataset` when a review is approved."""
    longest = review_timeout + TIME_AROUND_A_REVIEW
    return {
        "Comment": "Publishes a dataset, after a person's approval where too many rows look wrong.",
        "StartAt": "GenerateDataset",
        "TimeoutSeconds": int(longest.total_seconds()),
        "States": {
            "GenerateDataset": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {
                    "FunctionName": generate_function,
                    "Payload": {"input.$": "$", "execution_name.$": "$$.Execution.Name"},
                },
                "ResultSelector": {f"{name}.$": f"$.Payload.{name}" for name in DATASET_FIELDS},
                "ResultPath": "$.dataset",
                "Retry": list(RETRY_LAMBDA_SERVICE),
                "Next": "IsReviewRequired",
            },
            "IsReviewRequired": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Variable": "$.dataset.flagged_share",
                        "NumericGreaterThan": threshold,
                        "Next": FIRST_STATE,
                    }
                ],
                "Default": "PublishDataset",
            },
            **gate_states,
            "PublishDataset": {
                "Type": "Task",
                "Comment": "Copies exactly the version that was looked at.",
                "Resource": "arn:aws:states:::aws-sdk:s3:copyObject",
                "Parameters": {
                    "Bucket": bucket,
                    "Key.$": "States.Format('published/{}.csv', $$.Execution.Name)",
                    "CopySource.$": (
                        "States.Format('{}/{}?versionId={}',"
                        " $.dataset.bucket, $.dataset.key, $.dataset.version_id)"
                    ),
                },
                "ResultPath": None,
                "End": True,
            },
        },
    }


@dataclass(frozen=True, kw_only=True)
class StateMachineArgs:
    """The parts that the workflow calls, and when it asks for a review."""

    stage: Stage
    generate_dataset: PythonFunction
    bucket: EvidenceBucket
    gate: ReviewGate
    threshold: float
    review_timeout: timedelta


class StateMachine(pulumi.ComponentResource):
    """A standard state machine that hosts the gate."""

    arn: pulumi.Output[str]
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: StateMachineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:StateMachine", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = args.stage.tags
        self.log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            # Log delivery writes one shared resource policy, except under this prefix.
            name_prefix=f"/aws/vendedlogs/states/{name}-",
            retention_in_days=args.stage.log_retention_days,
            tags=tags,
            opts=child,
        )
        role = aws.iam.Role(
            f"{name}-role",
            description="What the workflow may do",
            assume_role_policy=policy.render(
                "trust_state_machine", account=account_of(self.log_group.arn)
            ),
            tags=tags,
            opts=child,
        )
        own = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=policy.render(
                "state_machine",
                generate_dataset_arn=args.generate_dataset.arn,
                bucket_arn=args.bucket.arn,
            ),
            opts=child,
        )
        asking = args.gate.allow_host(role)

        def assembled(known: Mapping[str, Any]) -> dict[str, Any]:
            return definition(**known, threshold=args.threshold, review_timeout=args.review_timeout)

        machine = aws.sfn.StateMachine(
            f"{name}-machine",
            type="STANDARD",
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(
                pulumi.Output.all(
                    generate_function=args.generate_dataset.arn,
                    bucket=args.bucket.name,
                    gate_states=args.gate.states(
                        approved="PublishDataset", threshold=args.threshold
                    ),
                ).apply(assembled)
            ),
            logging_configuration={
                "level": "ALL",
                # Task tokens are execution data.
                "include_execution_data": False,
                "log_destination": pulumi.Output.concat(self.log_group.arn, ":*"),
            },
            tracing_configuration={"enabled": True},
            tags=tags,
            # Step Functions checks the permission to log when the machine is created.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[own, asking]),
        )
        args.gate.connect_to(machine.arn)
        self.arn = machine.arn
        self.register_outputs({"arn": self.arn})
