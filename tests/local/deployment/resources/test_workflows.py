"""State machines are created from their inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.local.deployment.resources.maker import AS_LIST, TAGS, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_a_state_machine_has_its_definition_and_logs(
    create: Maker, role: Mapping[str, Any]
) -> None:
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    logs = f"{create('LogGroup').outputs['arn']}:*"
    arn = create(
        "StateMachine",
        definition=definition,
        roleArn=role["arn"],
        type="STANDARD",
        loggingConfiguration={
            "level": "ALL",
            "includeExecutionData": False,
            "logDestination": logs,
        },
        tracingConfiguration={"enabled": True},
        tags=TAGS,
    ).id
    workflows = create.aws.stepfunctions
    found: Any = workflows.describe_state_machine(stateMachineArn=arn)
    assert found["definition"] == definition
    assert found["loggingConfiguration"] == {
        "level": "ALL",
        "includeExecutionData": False,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": logs}}],
    }
    tags: Any = workflows.list_tags_for_resource(resourceArn=arn)["tags"]
    assert sorted(tags, key=lambda tag: tag["key"]) == [
        {"key": tag["Key"], "value": tag["Value"]} for tag in AS_LIST
    ]
