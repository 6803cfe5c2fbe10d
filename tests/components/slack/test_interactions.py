"""Buttons in Slack: require the signing secret."""

import json

from components.settings.decision_rules import FILE
from tests.components.deployments import (
    BUTTONS,
    OF_THE_WORKFLOW,
    SIGNING_SECRET,
    Deployment,
    added,
    deploy,
    environment,
    functions_of,
    readers,
)

ROUTE = "POST /slack/interactions"


def test_the_secret_adds_these_resources_and_renames_no_others() -> None:
    name, operations = "signoff-gate-slack-interactions", "signoff-operations"
    commands = "signoff-gate-slack-commands"
    assert added("dev", BUTTONS) == {
        f"signoff:index:SlackInteractions::{name}",
        f"signoff:index:PythonFunction::{name}",
        f"aws:ssm/parameter:Parameter::{name}-signing-secret",
        f"aws:cloudwatch/logGroup:LogGroup::{name}-logs",
        f"aws:iam/role:Role::{name}-role",
        f"aws:iam/rolePolicy:RolePolicy::{name}-policy",
        "aws:iam/rolePolicy:RolePolicy::signoff-gate-dataset-slack-interactions-policy",
        "aws:iam/rolePolicy:RolePolicy::signoff-gate-review-slack-interactions-policy",
        "aws:iam/rolePolicy:RolePolicy::signoff-gate-answer-slack-interactions-policy",
        f"aws:lambda/function:Function::{name}",
        f"aws:lambda/permission:Permission::{name}-permission",
        f"aws:apigatewayv2/integration:Integration::{name}-integration",
        f"aws:apigatewayv2/route:Route::{name}-post-interactions",
        f"aws:cloudwatch/logMetricFilter:LogMetricFilter::{operations}"
        "-count-approved-slack-interactions",
        f"aws:cloudwatch/logMetricFilter:LogMetricFilter::{operations}"
        "-count-rejected-slack-interactions",
        f"aws:cloudwatch/logMetricFilter:LogMetricFilter::{operations}"
        "-count-cancelled-slack-interactions",
        *(
            f"aws:cloudwatch/logMetricFilter:LogMetricFilter::{operations}-count-problems-{it}"
            for it in ("slack-interactions", "slack-commands")
        ),
        f"signoff:index:SlackCommands::{commands}",
        f"signoff:index:PythonFunction::{commands}",
        f"aws:cloudwatch/logGroup:LogGroup::{commands}-logs",
        f"aws:iam/role:Role::{commands}-role",
        f"aws:iam/rolePolicy:RolePolicy::{commands}-policy",
        f"aws:lambda/function:Function::{commands}",
        f"aws:lambda/permission:Permission::{commands}-permission",
        f"aws:apigatewayv2/integration:Integration::{commands}-integration",
        f"aws:apigatewayv2/route:Route::{commands}-post-commands",
    }


def test_an_empty_secret_counts_as_not_set() -> None:
    empty = deploy("dev", {"slackSigningSecret": ""})
    assert "slack_interactions" not in functions_of(empty)
    assert ROUTE not in {item.inputs["routeKey"] for item in empty.of_type("Route")}


def test_clicks_have_a_route_and_a_function_of_their_own(
    buttons: Deployment,
) -> None:
    (route,) = [item for item in buttons.of_type("Route") if item.inputs["routeKey"] == ROUTE]
    integration = buttons.one("Integration", "slack-interactions-integration")
    assert route.inputs["target"] == f"integrations/{integration.name}-0a1b2c3-id"
    assert integration.inputs["payloadFormatVersion"] == "2.0"
    assert "slack-interactions" in integration.inputs["integrationUri"]
    decision = buttons.one("Route", "post-approve").inputs
    assert route.inputs["apiId"] == integration.inputs["apiId"] == decision["apiId"]


def test_the_api_may_invoke_the_function_for_clicks_only(buttons: Deployment) -> None:
    permission = buttons.one("Permission", "slack-interactions-permission").inputs
    assert permission["function"] == "signoff-gate-slack-interactions-0a1b2c3"
    assert permission["principal"] == "apigateway.amazonaws.com"
    assert permission["sourceArn"].endswith("-0a1b2c3-id/*/*/slack/interactions")


def test_the_secret_is_a_secure_parameter_readable_by_the_functions_that_slack_calls(
    buttons: Deployment,
) -> None:
    parameter = buttons.one("Parameter", "signing-secret")
    assert parameter.inputs["type"] == "SecureString"
    assert parameter.inputs["value"] == SIGNING_SECRET
    assert parameter.secrets == ["value"]
    name = f"{parameter.name}-0a1b2c3"
    assert set(readers(buttons, parameter)) == {
        f"signoff-gate-slack-{what}-role-0a1b2c3" for what in ("commands", "interactions")
    }
    knowing = {
        function
        for function, item in functions_of(buttons).items()
        if name in str(item.inputs["environment"])
    }
    assert knowing == {"slack_commands", "slack_interactions"}


def test_the_function_has_the_rules(rules: Deployment) -> None:
    function = functions_of(rules)["slack_interactions"].inputs
    variables = function["environment"]["variables"]
    assert json.loads(function["code"][FILE]) == {
        "reviewers": ["U012ABCDEF", "W034GHIJKL"],
        "identities": {},
    }
    assert variables["REQUIRED_APPROVALS"] == "2"
    assert variables["ALLOW_SELF_APPROVAL"] == "true"
    assert variables["SLACK_TEAM_ID"] == "T012ABCDEF"


def test_every_function_for_reviews_gets_the_required_approvals(
    rules: Deployment,
) -> None:
    environments = {name: environment(rules, name) for name in functions_of(rules)}
    working = {name for name, variables in environments.items() if "REVIEWS_TABLE" in variables}
    assert working == environments.keys() - {*OF_THE_WORKFLOW}
    assert {environments[name]["REQUIRED_APPROVALS"] for name in working} == {"2"}


def test_without_rules_anyone_in_the_channel_decides_alone_except_for_their_own_requests(
    buttons: Deployment,
) -> None:
    function = functions_of(buttons)["slack_interactions"].inputs
    variables = function["environment"]["variables"]
    assert json.loads(function["code"][FILE]) == {"reviewers": [], "identities": {}}
    assert variables["REQUIRED_APPROVALS"] == "1"
    assert variables["ALLOW_SELF_APPROVAL"] == "false"
    assert variables["SLACK_TEAM_ID"] == ""


def test_each_function_that_ends_reviews_may_answer_all_machines(
    buttons: Deployment,
) -> None:
    answering = {
        (item.inputs["role"], statement["Resource"])
        for item in buttons.of_type("RolePolicy")
        for statement in item.json("policy")["Statement"]
        if "states:SendTaskSuccess" in statement["Action"]
    }
    assert answering == {
        (f"signoff-gate-{function}-role-0a1b2c3", buttons.outputs[machine])
        for function in (
            "channel-undelivered",
            "decision-api",
            "operator-api",
            "slack-interactions",
            "sweep-reviews",
        )
        for machine in ("state_machine_arn", "review_machine_arn", "answer_machine_arn")
    }
