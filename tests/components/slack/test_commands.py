"""The slash command: requires the signing secret, and is read-only."""

import json

from components.settings.decision_rules import FILE
from tests.components.deployments import Deployment, environment, functions_of
from tests.policies.documents import listed

ROUTE = "POST /slack/commands"


def test_without_the_secret_there_is_no_command(deployment: Deployment) -> None:
    assert "slack_commands" not in functions_of(deployment)
    assert ROUTE not in {item.inputs["routeKey"] for item in deployment.of_type("Route")}


def test_commands_have_a_route_and_a_function_of_their_own(
    buttons: Deployment,
) -> None:
    (route,) = [item for item in buttons.of_type("Route") if item.inputs["routeKey"] == ROUTE]
    integration = buttons.one("Integration", "slack-commands-integration")
    assert route.inputs["target"] == f"integrations/{integration.name}-0a1b2c3-id"
    assert route.inputs["authorizationType"] == "NONE", "Slack's signature authenticates requests"
    assert "slack-commands" in integration.inputs["integrationUri"]
    permission = buttons.one("Permission", "slack-commands-permission").inputs
    assert permission["sourceArn"].endswith("-0a1b2c3-id/*/*/slack/commands")


def test_the_function_is_read_only(buttons: Deployment) -> None:
    role = "signoff-gate-slack-commands-role-0a1b2c3"
    allowed = {
        action
        for item in buttons.of_type("RolePolicy")
        if item.inputs["role"] == role
        for statement in item.json("policy")["Statement"]
        for action in listed(statement["Action"])
    }
    assert allowed == {
        "ssm:GetParameter",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    }


def test_the_function_has_the_channel_and_the_reviewers(
    rules: Deployment, everything: Deployment
) -> None:
    function = functions_of(rules)["slack_commands"].inputs
    variables = function["environment"]["variables"]
    assert variables["SLACK_CHANNEL"] == "#signoff-here"
    assert variables["SLACK_CHANNEL_ID"] == "C012ABCDEF"
    assert variables["SLACK_TEAM_ID"] == "T012ABCDEF"
    assert json.loads(function["code"][FILE])["reviewers"] == ["U012ABCDEF", "W034GHIJKL"]
    assert variables["REQUIRED_APPROVALS"] == "2"
    with_a_bot = environment(everything, "slack_commands")
    assert (with_a_bot["SLACK_CHANNEL_ID"], with_a_bot["SLACK_TEAM_ID"]) == ("C012ABCDEF", "")


def test_the_channel_id_is_optional(buttons: Deployment) -> None:
    assert environment(buttons, "slack_commands")["SLACK_CHANNEL_ID"] == ""
