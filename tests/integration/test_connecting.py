"""A stage that is not connected to Slack yet: callers fail at once and hear what to do.

That connecting replaces nothing is shown on the program (`tests/components/test_unconnected.py`)
and on Pulumi's engine (`tests/engine/test_connecting.py`).
"""

import json

import pytest

from local import loopback
from tests.local_stack import BATCH, DeployedStage, Execution
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("connecting")
# What the stage's file may name from the beginning.
RULES = ('reviewers=["U0REVIEWER"]', "requireVerifiedReviewer=true")
ASKING = {
    "the workflow": ("state_machine_arn", BATCH),
    "any caller": ("review_machine_arn", {"title": "Promote?"}),
    "a caller that takes every answer": ("answer_machine_arn", {"title": "Promote?"}),
}


def ask_without_slack(stage: DeployedStage, machine: str, given: object) -> dict[str, str]:
    answer = stage.client("stepfunctions").start_execution(
        stateMachineArn=stage.outputs[machine], input=json.dumps(given)
    )
    return Execution(answer["executionArn"], stage).end()


def test_a_stage_without_slack_refuses_requests_with_the_fix(stages: Stages) -> None:
    dev = stages.unconnected(*RULES)
    to_do = dev.outputs["slack_connection"].removeprefix("unconnected: ")
    assert "slack_app_manifest" in to_do
    for machine, given in ASKING.values():
        ended = ask_without_slack(dev, machine, given)
        assert (ended["status"], ended["error"]) == ("FAILED", "ReviewNotDelivered")
        assert to_do in ended["cause"]
    for table in ("reviews_table_name", "audit_log_table_name"):
        assert dev.client("dynamodb").scan(TableName=dev.outputs[table])["Count"] == 0
    assert_slack_is_answered(dev)


def assert_slack_is_answered(stage: DeployedStage) -> None:
    """An app that was created from the manifest already has no button or command that fails."""
    manifest = json.loads(stage.outputs["slack_app_manifest"])
    address = manifest["settings"]["interactivity"]["request_url"]
    [command] = manifest["features"]["slash_commands"]

    pressed = loopback.post(address, data={"payload": "{}"})
    asked = loopback.post(command["url"], data={"command": command["command"]})

    assert (pressed.status_code, pressed.text) == (200, "")
    assert asked.json()["response_type"] == "ephemeral"
