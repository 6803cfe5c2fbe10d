"""`/signoff` in Slack: there with the signing secret, and able to read and nothing else."""

import pytest

from tests.components.deployments import (
    BOT,
    BUTTONS,
    STAGES,
    Deployment,
    deploy,
    environment,
    functions_of,
)
from tests.policies.documents import listed

ROUTE = "POST /slack/commands"


@pytest.fixture(params=STAGES)
def buttons(request: pytest.FixtureRequest) -> Deployment:
    return deploy(request.param, BUTTONS)


def test_without_the_secret_there_is_no_command() -> None:
    links_only = deploy("dev")
    assert "slack_commands" not in functions_of(links_only)
    assert ROUTE not in {item.inputs["routeKey"] for item in links_only.of_type("Route")}


def test_commands_come_in_by_the_decision_api_and_reach_a_function_of_their_own(
    buttons: Deployment,
) -> None:
    (route,) = [item for item in buttons.of_type("Route") if item.inputs["routeKey"] == ROUTE]
    integration = buttons.one("Integration", "slack-commands-integration")
    assert route.inputs["target"] == f"integrations/{integration.name}-0a1b2c3-id"
    assert route.inputs["authorizationType"] == "NONE", "Slack's signature is what proves it"
    assert "slack-commands-handler-function" in integration.inputs["integrationUri"]
    permission = buttons.one("Permission", "slack-commands-permission").inputs
    assert permission["sourceArn"].endswith(":api1234567/*/*/slack/commands")


def test_the_function_may_change_nothing(buttons: Deployment) -> None:
    role = "signoff-gate-slack-commands-handler-role-0a1b2c3"
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


def test_the_function_knows_where_it_is_and_who_may_ask_elsewhere() -> None:
    settings = {
        **BUTTONS,
        "slackChannel": "#signoff-here",
        "slackTeamId": "T012ABCDEF",
        "reviewers": '["U012ABCDEF", "W034GHIJKL"]',
        "requiredApprovals": "2",
    }
    variables = environment(deploy("dev", settings), "slack_commands")
    assert variables["SLACK_CHANNEL"] == "#signoff-here"
    assert variables["SLACK_CHANNEL_ID"] == ""
    assert variables["SLACK_TEAM_ID"] == "T012ABCDEF"
    assert variables["REVIEWERS"] == '["U012ABCDEF", "W034GHIJKL"]'
    assert variables["REQUIRED_APPROVALS"] == "2"


@pytest.mark.parametrize("settings", [BOT, {"slackChannelId": "C012ABCDEF"}])
def test_the_channel_s_id_is_known_with_a_bot_or_without_one(settings: dict[str, str]) -> None:
    variables = environment(deploy("dev", {**BUTTONS, **settings}), "slack_commands")
    assert variables["SLACK_CHANNEL_ID"] == "C012ABCDEF"
