"""Who is told when something is wrong, and what counts as wrong."""

import json
import re
from typing import Any

import pytest

from components.dashboard import dashboard_body
from tests.components.deployments import BUTTONS, STAGES, Deployment, Resource, deploy

FUNCTIONS = {
    "generate_dataset",
    "request_review",
    "notify_slack",
    "decision_api",
    "close_review",
}


@pytest.fixture
def deployment() -> Deployment:
    return deploy("prod")


def alarms(deployment: Deployment) -> dict[str, Resource]:
    return {
        item.name.removeprefix("signoff-operations-"): item
        for item in deployment.of_type("MetricAlarm")
    }


def test_every_alarm_tells_the_alarm_topic_and_is_quiet_without_data(
    deployment: Deployment,
) -> None:
    topic = deployment.one("TopicPolicy").inputs["arn"]
    assert topic != deployment.outputs["review_topic_arn"]
    for alarm in alarms(deployment).values():
        assert alarm.inputs["alarmActions"] == [topic]
        assert alarm.inputs["treatMissingData"] == "notBreaching"
        assert alarm.inputs["alarmDescription"]


def test_there_is_an_alarm_for_each_way_to_go_wrong(deployment: Deployment) -> None:
    assert set(alarms(deployment)) == {
        "failed",
        "expired",
        "undelivered",
        "notifications-failed",
        *(f"{function.replace('_', '-')}-errors" for function in FUNCTIONS),
    }


def test_the_alarm_topic_has_no_key_that_cloudwatch_may_not_use(deployment: Deployment) -> None:
    assert "kmsMasterKeyId" not in deployment.one("Topic", "alarms").inputs


def test_an_alarm_address_is_subscribed_only_when_there_is_one(deployment: Deployment) -> None:
    def addresses(found: Deployment) -> list[str]:
        return [
            item.inputs["endpoint"]
            for item in found.of_type("TopicSubscription")
            if item.name.endswith("alarms-email")
        ]

    assert addresses(deployment) == []
    assert addresses(deploy("prod", {"alarmEmail": "oncall@example.com"})) == ["oncall@example.com"]


def failed_executions(deployment: Deployment, **happened: int) -> bool:
    """Whether the alarm rings when these metrics have these sums."""
    queries = alarms(deployment)["failed"].inputs["metricQueries"]
    names = {item["id"]: item["metric"]["metricName"] for item in queries if "metric" in item}
    (sum_,) = [item for item in queries if "expression" in item]
    expression = re.sub(
        r"FILL\((\w+), 0\)", lambda found: str(happened.get(names[found[1]], 0)), sum_["expression"]
    )
    assert re.fullmatch(r"[\d +-]+", expression)
    return eval(expression) > alarms(deployment)["failed"].inputs["threshold"]


@pytest.mark.parametrize(
    ("happened", "rings"),
    [
        ({}, False),
        ({"ExecutionsFailed": 1}, True),
        ({"ExecutionsTimedOut": 1}, True),
        ({"ExecutionsAborted": 1}, True),
        ({"ExecutionsFailed": 2, "ReviewsRefused": 2}, False),
        ({"ExecutionsFailed": 3, "ReviewsRefused": 2}, True),
    ],
)
def test_a_failed_execution_rings_unless_a_review_was_refused(
    deployment: Deployment, happened: dict[str, int], rings: bool
) -> None:
    assert failed_executions(deployment, **happened) is rings


def counted(deployment: Deployment) -> list[tuple[str, tuple[str, str]]]:
    """Names of metrics, each with a log group and the lines in it that count."""
    return [
        (
            item.inputs["metricTransformation"]["name"],
            (item.inputs["logGroupName"].removesuffix("-logs-0a1b2c3"), item.inputs["pattern"]),
        )
        for item in deployment.of_type("LogMetricFilter")
    ]


def test_the_log_lines_of_the_functions_are_what_is_counted(deployment: Deployment) -> None:
    assert len(counted(deployment)) == 4
    assert dict(counted(deployment)) == {
        "ReviewsApproved": (
            "signoff-gate-decision-api-handler",
            '{ ($.event = "review.decided") && ($.decision = "approved") }',
        ),
        "ReviewsRejected": (
            "signoff-gate-decision-api-handler",
            '{ ($.event = "review.decided") && ($.decision = "rejected") }',
        ),
        "ReviewsExpired": ("signoff-gate-close-review", '{ $.event = "review.expired" }'),
        "ReviewsRefused": (
            "/aws/vendedlogs/states/signoff-workflow-0a1b2c3",
            '{ $.type = "FailStateEntered" }',
        ),
    }


def test_decisions_by_buttons_count_like_those_by_links(deployment: Deployment) -> None:
    by_link = dict(counted(deployment))
    by_click = [
        (metric, ("signoff-gate-slack-interactions-handler", by_link[metric][1]))
        for metric in ("ReviewsApproved", "ReviewsRejected")
    ]
    assert sorted(counted(deploy("prod", BUTTONS))) == sorted([*by_link.items(), *by_click])


def test_there_is_an_alarm_for_clicks_where_there_are_buttons(deployment: Deployment) -> None:
    more = set(alarms(deploy("prod", BUTTONS))) - set(alarms(deployment))
    assert more == {"slack-interactions-errors"}


def test_stages_in_one_account_count_apart() -> None:
    namespaces = {
        item.inputs["metricTransformation"]["namespace"]
        for stage in STAGES
        for item in deploy(stage).of_type("LogMetricFilter")
    }
    assert namespaces == {"signoff/dev", "signoff/uat", "signoff/prod"}


def test_stages_in_one_account_have_dashboards_of_their_own() -> None:
    names = {deploy(stage).one("Dashboard").inputs["dashboardName"] for stage in STAGES}
    assert len(names) == len(STAGES)


def test_the_dashboard_shows_every_function_and_no_gap(variant: Deployment) -> None:
    body = variant.one("Dashboard").json("dashboardBody")
    text = json.dumps(body)
    for function in variant.of_type("Function"):
        if function.custom:
            assert f"{function.name}-0a1b2c3" in text
    places = {(widget["x"], widget["y"]) for widget in body["widgets"]}
    assert places == {(x, y) for x in (0, 12) for y in (0, 6, 12, 18)}


def test_every_graph_is_of_the_stage_s_region() -> None:
    body: dict[str, Any] = dashboard_body(
        region="eu-west-1",
        namespace="signoff/dev",
        state_machine_arn="arn",
        functions={"decision_api": "api-1"},
        api_id="api",
        queue="queue",
        topic="topic",
    )
    properties = [widget["properties"] for widget in body["widgets"]]
    assert {item["region"] for item in properties} == {"eu-west-1"}
    assert all(item["title"] and item["metrics"] for item in properties)
