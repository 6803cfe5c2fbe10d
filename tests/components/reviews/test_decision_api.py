"""The public API: routes, throttling and access logs."""

import re

import pytest

from components.reviews.asker_api import ROUTES as ASKER_ROUTES
from components.reviews.operator_api import ROUTES as OPERATOR_ROUTES
from tests.components.deployments import (
    BUTTONS,
    LINKS_TOO,
    RULES,
    UNCONNECTED,
    Deployment,
    deploy,
    environment,
)


def test_the_api_has_the_contracts_routes_and_a_default_route(
    deployment: Deployment,
) -> None:
    assert {route.inputs["routeKey"] for route in deployment.of_type("Route")} == {
        "GET /approve",
        "POST /approve",
        "GET /reject",
        "POST /reject",
        "GET /evidence",
        "$default",
        *OPERATOR_ROUTES.values(),
        *ASKER_ROUTES.values(),
    }
    for integration in deployment.of_type("Integration"):
        assert integration.inputs["payloadFormatVersion"] == "2.0"


def test_only_operator_and_asker_routes_use_iam_authorization(
    variant: Deployment,
) -> None:
    asked = {
        route.inputs["routeKey"]
        for route in variant.of_type("Route")
        if route.inputs["authorizationType"] == "AWS_IAM"
    }
    assert asked == {*OPERATOR_ROUTES.values(), *ASKER_ROUTES.values()}
    assert asked == {
        route.inputs["routeKey"]
        for route in variant.of_type("Route")
        if "/operator" in route.inputs["routeKey"] or "/asker" in route.inputs["routeKey"]
    }


def test_the_api_is_throttled_and_its_logs_have_no_query_string(deployment: Deployment) -> None:
    stage = next(item for item in deployment.of_type("Stage") if item.custom)
    assert stage.inputs["name"] == "$default"
    assert stage.inputs["autoDeploy"] is True
    assert stage.inputs["defaultRouteSettings"]["throttlingRateLimit"] > 0
    assert stage.inputs["defaultRouteSettings"]["throttlingBurstLimit"] > 0
    logged = stage.inputs["accessLogSettings"]["format"]
    assert not re.search("(?i)query|path|uri|header|body|resource", logged)
    assert set(re.findall(r"\$context\.[\w.]+", logged)) == {
        "$context.requestId",
        "$context.routeKey",
        "$context.status",
        "$context.identity.sourceIp",
        "$context.responseLatency",
    }


def test_functions_are_invoked_only_by_their_own_api_topic_and_rule(
    deployment: Deployment,
) -> None:
    sources = {
        (item.inputs["principal"], item.inputs["sourceArn"])
        for item in deployment.of_type("Permission")
    }
    api = "signoff-gate-decision-api-http-0a1b2c3-id"
    rules = "arn:aws:events:eu-central-1:111111111111:rule/signoff"
    assert sources == {
        (
            "apigateway.amazonaws.com",
            f"arn:aws:execute-api:eu-central-1:111111111111:{api}/*/*",
        ),
        (
            "apigateway.amazonaws.com",
            f"arn:aws:execute-api:eu-central-1:111111111111:{api}/*/*/operator/*",
        ),
        (
            "apigateway.amazonaws.com",
            f"arn:aws:execute-api:eu-central-1:111111111111:{api}/*/*/asker/*",
        ),
        ("sns.amazonaws.com", deployment.outputs["review_topic_arn"]),
        ("events.amazonaws.com", f"{rules}-gate-dataset-events-0a1b2c3"),
        ("events.amazonaws.com", f"{rules}-gate-dataset-failed-0a1b2c3"),
        ("events.amazonaws.com", f"{rules}-gate-review-events-0a1b2c3"),
        ("events.amazonaws.com", f"{rules}-gate-answer-events-0a1b2c3"),
        ("events.amazonaws.com", f"{rules}-arrivals-0a1b2c3"),
    }


@pytest.mark.parametrize(
    ("config", "links_decide"),
    [({}, "true"), (BUTTONS, "false"), (LINKS_TOO, "true"), (RULES, "false")],
)
def test_links_decide_only_if_no_rule_needs_an_identity(
    config: dict[str, str], links_decide: str
) -> None:
    assert environment(deploy("dev", config), "decision_api")["LINKS_DECIDE"] == links_decide


@pytest.mark.parametrize(
    ("config", "warned"),
    [
        ({}, True),
        (LINKS_TOO, True),
        (BUTTONS, False),
        (RULES, False),
        ({"reviewers": '["arn:aws:iam::111111111111:user/kim"]'}, False),
        (UNCONNECTED, False),
    ],
)
def test_pulumi_up_warns_if_a_link_alone_decides(config: dict[str, str], warned: bool) -> None:
    deployment = deploy("dev", config)
    assert deployment.error is None
    assert len(deployment.warnings) == warned
    for text in deployment.warnings:
        assert text.startswith("Stage dev accepts decisions by link: anyone who can read #signoff")
        assert "set slackSigningSecret" in text


def test_the_pages_get_the_rules_that_they_explain(
    deployment: Deployment, rules: Deployment
) -> None:
    for stage, expected in (
        (deployment, ("#signoff-dev", "1", "false")),
        (rules, ("#signoff-here", "2", "true")),
    ):
        variables = environment(stage, "decision_api")
        names = ("SLACK_CHANNEL", "REQUIRED_APPROVALS", "ALLOW_SELF_APPROVAL")
        assert tuple(variables[name] for name in names) == expected
