"""Callers of a stage without Slack fail at once with the fix.

Tests that connecting replaces nothing: `tests/components/test_unconnected.py` for the program,
`tests/engine/test_connecting.py` for Pulumi's engine.
"""

import json

import pytest

from local import loopback
from tests.local_stack import BATCH, DeployedStage, Execution
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("connecting")
# Settings that the stage's file can have before connecting.
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
    """Check that an app created from the manifest gets responses to buttons and commands."""
    manifest = json.loads(stage.outputs["slack_app_manifest"])
    address = manifest["settings"]["interactivity"]["request_url"]
    [command] = manifest["features"]["slash_commands"]

    pressed = loopback.post(address, data={"payload": "{}"})
    asked = loopback.post(command["url"], data={"command": command["command"]})

    assert (pressed.status_code, pressed.text) == (200, "")
    assert asked.json()["response_type"] == "ephemeral"
