"""Who is told when something is wrong, and what counts as wrong."""

import json
from typing import Any

import pytest

from components.operations.dashboard import console_address, dashboard_body
from lambdas.shared.review.review import Status
from tests.components.deployments import (
    BUTTONS,
    STAGES,
    Deployment,
    Resource,
    deploy,
    functions_of,
)

FUNCTIONS = {
    "generate_dataset",
    "request_review",
    "request_review_dataset",
    "notify_slack",
    "report_undelivered",
    "decision_api",
    "operator_api",
    "asker_api",
    "sweep_reviews",
    "close_review",
}


def alarms(deployment: Deployment) -> dict[str, Resource]:
    return {
        item.name.removeprefix("signoff-operations-"): item
        for item in deployment.of_type("MetricAlarm")
    }


def watched(alarm: Resource) -> tuple[str, str]:
    """The metric that the alarm looks at: its namespace and name."""
    return alarm.inputs["namespace"], alarm.inputs["metricName"]


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
        "messages-undelivered",
        "unconfirmed",
        "unreadable",
        "unhandled",
        "notifications-failed",
        *(f"{function.replace('_', '-')}-errors" for function in FUNCTIONS),
    }


@pytest.mark.parametrize(
    ("alarm", "metric"),
    [
        ("failed", "UnplannedFailures"),
        ("expired", "ReviewsExpired"),
        ("undelivered", "ReviewsUndelivered"),
        ("messages-undelivered", "MessagesUndelivered"),
        ("unreadable", "RowsUnreadable"),
    ],
)
def test_what_the_functions_report_rings_at_once(
    deployment: Deployment, alarm: str, metric: str
) -> None:
    found = alarms(deployment)[alarm]
    assert watched(found) == ("signoff/dev", metric)
    assert found.inputs["statistic"] == "Sum"
    assert found.inputs["threshold"] == 0
    assert found.inputs["evaluationPeriods"] == 1


def test_an_undelivered_message_rings_only_where_nobody_could_handle_it(
    deployment: Deployment,
) -> None:
    queues = [
        alarm.inputs["dimensions"]["QueueName"]
        for alarm in alarms(deployment).values()
        if alarm.inputs["namespace"] == "AWS/SQS"
    ]
    assert queues == ["signoff-gate-channel-undelivered-unhandled-0a1b2c3"]
    assert alarms(deployment)["unhandled"].inputs["statistic"] == "Maximum"


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_s_errors_ring(deployment: Deployment, function: str) -> None:
    alarm = alarms(deployment)[f"{function.replace('_', '-')}-errors"]
    assert watched(alarm) == ("AWS/Lambda", "Errors")
    (name,) = alarm.inputs["dimensions"].values()
    folder = {
        f"{item.name}-0a1b2c3": item.inputs["handler"].split(".")[1]
        for item in deployment.of_type("Function")
        if item.custom
    }
    assert folder[name] == function.replace("request_review_dataset", "request_review")


def test_the_second_notifier_s_errors_ring_apart_from_the_first_s(everything: Deployment) -> None:
    found = alarms(everything)
    first, second = (
        found[f"{name}-errors"].inputs["dimensions"]["FunctionName"]
        for name in ("notify-slack", "notify-slack-escalation")
    )
    assert first == "signoff-gate-channel-notify-slack-0a1b2c3"
    assert second == "signoff-gate-channel-escalation-0a1b2c3"


def test_the_alarm_topic_has_no_key_that_cloudwatch_may_not_use(deployment: Deployment) -> None:
    assert "kmsMasterKeyId" not in deployment.one("Topic", "alarms").inputs


def test_an_alarm_address_is_subscribed_only_when_there_is_one(
    deployment: Deployment, everything: Deployment
) -> None:
    def addresses(found: Deployment) -> list[str]:
        return [
            item.inputs["endpoint"]
            for item in found.of_type("TopicSubscription")
            if item.name.endswith("alarms-email")
        ]

    assert addresses(deployment) == []
    assert addresses(everything) == ["oncall@example.com"]


DECIDED = '{{ ($.event = "review.decided") && ($.decision = "{}") }}'
LINKS, CLICKS = "signoff-gate-decision-api", "signoff-gate-slack-interactions"
OPERATORS, ASKERS = "signoff-gate-operator-api", "signoff-gate-asker-api"
CLOSING, SWEEPER = "signoff-gate-close-review", "signoff-gate-sweep-reviews"
UNDELIVERED = "signoff-gate-channel-undelivered"
NOTIFIER = "signoff-gate-channel-notify-slack"
COUNTED = {
    "ReviewsApproved": (DECIDED.format("approved"), {LINKS, OPERATORS, SWEEPER}),
    "ReviewsRejected": (DECIDED.format("rejected"), {LINKS, OPERATORS, SWEEPER}),
    "ReviewsExpired": ('{ ($.event = "review.expired") || ($.via = "timeout") }', {SWEEPER}),
    "ReviewsCancelled": (
        '{ $.event = "review.cancelled" }',
        {LINKS, OPERATORS, ASKERS, CLOSING, SWEEPER},
    ),
    "ReviewsUndelivered": ('{ $.event = "review.undelivered" }', {ASKERS, UNDELIVERED, SWEEPER}),
    "MessagesUndelivered": ('{ $.event = "message.undelivered" }', {UNDELIVERED, NOTIFIER}),
    "DeliveriesUnconfirmed": (
        '{ $.event = "delivery.unconfirmed" }',
        {LINKS, OPERATORS, SWEEPER},
    ),
    "UnplannedFailures": (
        '{ ($.event = "execution.ended") && ($.planned IS FALSE) }',
        {CLOSING},
    ),
    "RowsUnreadable": (
        '{ $.event = "row.unreadable" }',
        {LINKS, OPERATORS, ASKERS, CLOSING, SWEEPER, UNDELIVERED, NOTIFIER},
    ),
}


def counted(deployment: Deployment) -> set[tuple[str, str, str]]:
    """Names of metrics, each with the lines that count and a log group that they are in."""
    filters = deployment.of_type("LogMetricFilter")
    found = {
        (
            item.inputs["metricTransformation"]["name"],
            item.inputs["pattern"],
            item.inputs["logGroupName"].removesuffix("-logs-0a1b2c3"),
        )
        for item in filters
    }
    assert len(found) == len(filters)
    assert {item.inputs["metricTransformation"]["value"] for item in filters} == {"1"}
    return found


def test_the_log_lines_of_the_functions_are_what_is_counted(deployment: Deployment) -> None:
    assert counted(deployment) == {
        (metric, pattern, group)
        for metric, (pattern, groups) in COUNTED.items()
        for group in groups
    }


def test_what_ends_by_buttons_counts_like_what_ends_by_links(
    deployment: Deployment, buttons: Deployment
) -> None:
    assert counted(buttons) - counted(deployment) == {
        (metric, COUNTED[metric][0], CLICKS)
        for metric in (
            "ReviewsApproved",
            "ReviewsRejected",
            "ReviewsCancelled",
            "DeliveriesUnconfirmed",
            "RowsUnreadable",
        )
    } | {("RowsUnreadable", COUNTED["RowsUnreadable"][0], "signoff-gate-slack-commands")}


def test_every_way_a_review_can_end_is_counted_and_shown(deployment: Deployment) -> None:
    shown = deployment.one("Dashboard").inputs["dashboardBody"]
    for status in Status:
        if status is not Status.PENDING:
            metric = f"Reviews{status.capitalize()}"
            assert metric in COUNTED
            assert f'["signoff/dev", "{metric}"]' in shown
    assert '["signoff/dev", "MessagesUndelivered"]' in shown


def test_there_are_alarms_for_clicks_and_commands_where_slack_signs_them(
    deployment: Deployment, buttons: Deployment
) -> None:
    more = set(alarms(buttons)) - set(alarms(deployment))
    assert more == {"slack-interactions-errors", "slack-commands-errors"}


def test_stages_in_one_account_count_apart() -> None:
    namespaces = {
        item.inputs["metricTransformation"]["namespace"]
        for stage in STAGES
        for item in deploy(stage, BUTTONS).of_type("LogMetricFilter")
    }
    assert namespaces == {"signoff/dev", "signoff/uat", "signoff/prod"}


def test_stages_in_one_account_have_dashboards_of_their_own() -> None:
    names = {deploy(stage, BUTTONS).one("Dashboard").inputs["dashboardName"] for stage in STAGES}
    assert len(names) == len(STAGES)


def test_the_dashboard_shows_every_function_and_no_gap(variant: Deployment) -> None:
    body = variant.one("Dashboard").json("dashboardBody")
    text = json.dumps(body)
    for function in variant.of_type("Function"):
        if function.custom:
            assert f"{function.name}-0a1b2c3" in text
    places = {(widget["x"], widget["y"]) for widget in body["widgets"]}
    assert places == {(x, y) for x in (0, 12) for y in (0, 6, 12, 18, 24)}


def test_every_graph_is_of_the_stage_s_region() -> None:
    body: dict[str, Any] = dashboard_body(
        region="eu-west-1",
        namespace="signoff/dev",
        state_machine_arn="arn",
        review_machine_arn="another",
        functions={"decision_api": "api-1"},
        api_id="api",
        unhandled_queue="queue",
        topic="topic",
    )
    properties = [widget["properties"] for widget in body["widgets"]]
    assert {item["region"] for item in properties} == {"eu-west-1"}
    assert all(item["title"] and item["metrics"] for item in properties)


def test_the_dashboard_is_linked_in_the_console_of_its_region(deployment: Deployment) -> None:
    name = deployment.one("Dashboard").inputs["dashboardName"]
    region = deployment.outputs["state_machine_arn"].split(":")[3]
    assert deployment.outputs["dashboard_url"] == (
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#dashboards/dashboard/{name}"
    )


@pytest.mark.parametrize(
    ("partition", "host"),
    [
        ("aws-us-gov", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("aws-cn", "us-gov-west-1.console.amazonaws.cn"),
    ],
)
def test_other_partitions_have_consoles_of_their_own(partition: str, host: str) -> None:
    address = console_address(f"arn:{partition}:states:us-gov-west-1:1:stateMachine:x", "signoff")
    assert address.split("/")[2] == host


def test_what_doctor_looks_at_are_the_stage_s_own_things(everything: Deployment) -> None:
    found = everything
    names = found.outputs["operations"]
    assert names.pop("functions") == {
        folder: f"{item.name}-0a1b2c3" for folder, item in functions_of(found).items()
    }
    alarms_of_it = names["alarms"].pop("names")
    assert sorted(alarms_of_it) == sorted(f"{it.name}-0a1b2c3" for it in alarms(found).values())
    assert names == {
        "schedule": "signoff-gate-sweep-reviews-schedule-0a1b2c3",
        "queues": {
            "undelivered": found.one("QueuePolicy").inputs["queueUrl"],
            "unhandled": names["queues"]["unhandled"],
        },
        "subscribers": {"lambda": 2, "https": 0, "email": 2, "sms": 1},
        "alarms": {
            "topic_arn": found.one("TopicPolicy").inputs["arn"],
            "subscribers": {"email": 1},
        },
    }
    assert "unhandled" in names["queues"]["unhandled"]


@pytest.mark.parametrize(
    ("config", "subscribers"),
    [
        ({}, {"lambda": 1, "https": 0, "email": 0, "sms": 0}),
        ({"slackDelivery": "sns-https"}, {"lambda": 0, "https": 1, "email": 0, "sms": 0}),
    ],
)
def test_doctor_hears_how_many_are_to_hear_of_reviews(
    config: dict[str, str], subscribers: dict[str, int]
) -> None:
    found = deploy("dev", config).outputs["operations"]
    assert found["subscribers"] == subscribers
    assert found["alarms"]["subscribers"] == {"email": 0}
