"""The functions of the workflow: each is one step, or what starts it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import (
    WHOLE_CORE_MB,
    PythonFunction,
    PythonFunctionArgs,
)
from components.settings.dataset_rules import DatasetRules
from components.settings.stage import Stage
from components.workflow.evidence_bucket import EvidenceBucket

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LONGEST_SECONDS = 15 * 60


@dataclass(frozen=True, kw_only=True)
class WorkflowFunctions:
    """The steps of the workflow. `generate` is None without sample data."""

    generate: PythonFunction | None
    check: PythonFunction
    publish: PythonFunction

    @property
    def by_name(self) -> Mapping[str, PythonFunction]:
        """The functions by folder name."""
        sample = {"generate_dataset": self.generate} if self.generate else {}
        return {**sample, "check_dataset": self.check, "publish_dataset": self.publish}

    @classmethod
    def of(
        cls,
        flow: str,
        *,
        stage: Stage,
        bucket: EvidenceBucket,
        rules: DatasetRules,
        dataset_topic: aws.sns.Topic,
        opts: pulumi.ResourceOptions,
    ) -> "WorkflowFunctions":
        """The functions of the flow with this name."""
        environment = {"EVIDENCE_BUCKET": bucket.name, "FLAG_COLUMN": rules.flag_column}
        generate = (
            PythonFunction(
                f"{flow}-generate-dataset",
                PythonFunctionArgs(
                    stage=stage,
                    function="generate_dataset",
                    description="Writes the sample batch to the evidence bucket",
                    timeout_seconds=60,
                    environment=environment,
                    grants={"bucket_arn": bucket.arn},
                ),
                opts,
            )
            if rules.sample_data
            else None
        )
        check = PythonFunction(
            f"{flow}-check-dataset",
            PythonFunctionArgs(
                stage=stage,
                function="check_dataset",
                description="Counts the flagged rows of a file",
                timeout_seconds=LONGEST_SECONDS,
                memory_mb=WHOLE_CORE_MB,
                environment={
                    **environment,
                    "ANOMALY_THRESHOLD": str(rules.anomaly_threshold),
                    "CHECK_FUNCTION_ARN": rules.check_function_arn or "",
                },
                grants={"bucket_arn": bucket.arn},
            ),
            opts,
        )
        if rules.check_function_arn:
            aws.iam.RolePolicy(
                f"{flow}-check-dataset-function-policy",
                role=check.role.name,
                policy=policy.render(
                    "call_check_function", check_function_arn=rules.check_function_arn
                ),
                opts=opts,
            )
        publish = PythonFunction(
            f"{flow}-publish-dataset",
            PythonFunctionArgs(
                stage=stage,
                function="publish_dataset",
                description="Publishes a file, or its rows that are not flagged",
                timeout_seconds=LONGEST_SECONDS,
                memory_mb=WHOLE_CORE_MB,
                environment={
                    "EVIDENCE_BUCKET": bucket.name,
                    "DATASET_TOPIC_ARN": dataset_topic.arn,
                },
                grants={"bucket_arn": bucket.arn, "dataset_topic_arn": dataset_topic.arn},
            ),
            opts,
        )
        return cls(generate=generate, check=check, publish=publish)
