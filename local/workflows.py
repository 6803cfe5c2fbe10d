"""Executions of a stage's workflow."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.cloud.account import open_stepfunctions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_stepfunctions import SFNClient

    from local.cloud import Cloud
    from local.deployment.stages import Stage


@dataclass(frozen=True)
class Workflow:
    """One execution of a stage's workflow."""

    stage: str
    execution_arn: str
    client: SFNClient

    @classmethod
    def start(
        cls, cloud: Cloud, stage: Stage, machine_arn: str, input_: Mapping[str, object]
    ) -> Workflow:
        """Start an execution."""
        client = open_stepfunctions(cloud.url, cloud.root(stage.account), stage.region)
        made = client.start_execution(stateMachineArn=machine_arn, input=json.dumps(input_))
        return cls(stage.name, made["executionArn"], client)

    def result(self) -> str | None:
        """Describe how it ended; None while it is running."""
        execution = self.client.describe_execution(executionArn=self.execution_arn)
        if execution["status"] == "RUNNING":
            return None
        if execution["status"] != "SUCCEEDED":
            return f"{execution.get('error', execution['status'])}: {execution.get('cause', '')}"
        review = json.loads(execution.get("output", "{}")).get("review")
        if review is None:
            return "published without a review"
        return f"{review['decision']} by {review['reviewer']}, published"
