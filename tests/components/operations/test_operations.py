"""Who is notified of problems, and what counts as one."""

import ast
import json
from typing import Any

import pytest

from components.operations.alarms import BEHIND_THE_API
from components.operations.alarms import alarms as all_alarms
from components.operations.counts import PROBLEMS
from components.operations.dashboard import console_address, dashboard_body
from lambdas.domain.review.review import Status
from tests.components.deployments import (
    BUTTONS,
    ROOT,
    STAGES,
    Deployment,
    Resource,
    deploy,
    functions_of,
)


def alarms(deployment: Deployment) -> dict[str, Resource]:
    return {
        item.name.removeprefix("signoff-operations-"): item
        for item in deployment.of_type("MetricAlarm")
    }


def watched(alarm: Resource) -> set[tuple[str, str, str]]:
    """The metrics of an alarm: namespace, name and owner."""
    queries = [it["metric"] for it in alarm.inputs.get("metricQueries", []) if "metric" in it]
    return {
        (it["namespace"], it["metricName"], next(iter(it.get("dimensions", {}).values()), ""))
        for it in queries or [alarm.inputs]
    }


def physical(deployment: Deployment, *folders: str) -> set[str]:
    found = functions_of(deployment)
    return {f"{it.name}-0a1b2c3" for name, it in found.items() if not folders or name in folders}


def test_every_alarm_notifies_the_alarm_topic(deployment: Deployment) -> None:
    topic = deployment.one("TopicPolicy").inputs["arn"]
    assert topic != deployment.outputs["review_topic_arn"]
    for alarm in alarms(deployment).values():
        assert alarm.inputs["alarmActions"] == [topic]
        assert alarm.inputs["alarmDescription"]
        assert alarm.inputs["threshold"] == 0
        assert alarm.inputs["evaluationPeriods"] == 1


def test_only_the_sweepers_alarm_treats_missing_data_as_breaching(deployment: Deployment) -> None:
    found = {name: it.inputs["treatMissingData"] for name, it in alarms(deployment).items()}
    assert found == {
        "problems": "notBreaching",
        "functions": "notBreaching",
        "sweeping": "breaching",
        "api": "notBreaching",
        "unhandled": "notBreaching",
        "notifications-failed": "notBreaching",
    }


def test_a_failed_sweep_or_none_for_ten_minutes_raises_an_alarm(deployment: Deployment) -> None:
    alarm = alarms(deployment)["sweeping"]
    (sweeper,) = physical(deployment, "sweep_reviews")
    assert watched(alarm) == {("AWS/Lambda", "Errors", sweeper)}
    assert alarm.inputs["period"] == 600
    assert alarm.inputs["statistic"] == "Sum"


@pytest.mark.parametrize("config", [{}, BUTTONS])
def test_the_failure_of_every_function_raises_one_alarm(config: dict[str, str]) -> None:
    stage = deploy("dev", config)
    watching = [it for alarm in alarms(stage).values() for it in watched(alarm)]
    errors = {name for _, metric, name in watching if metric == "Errors"}
    assert len(watching) == len(set(watching))
    assert errors == physical(stage) - physical(stage, *BEHIND_THE_API)
    # The API reports failures of the others as 5xx.
    called = {
        it.inputs["function"]
        for it in stage.of_type("Permission")
        if "apigateway" in it.inputs["principal"]
    }
    assert called == physical(stage, *BEHIND_THE_API)
    api = stage.one("Api", "decision-api-http")
    assert watched(alarms(stage)["api"]) == {("AWS/ApiGateway", "5xx", f"{api.name}-0a1b2c3-id")}


def test_an_alarm_sums_at_most_ten_metrics() -> None:
    names = {f"request_review_{n}": f"host-{n}" for n in range(20)} | {"sweep_reviews": "sweeper"}
    made = all_alarms(
        namespace="signoff/dev", functions=names, api="api", unhandled_queue="queue", topic="topic"
    )
    sums = {it.name: it.metrics["metric_queries"] for it in made if "metric_queries" in it.metrics}
    assert [(name, len(queries) - 1) for name, queries in sums.items()] == [
        ("functions", 10),
        ("functions-2", 10),
    ]
    for total, *queries in sums.values():
        added = [f"FILL({it['id']}, 0)" for it in queries]
        assert total["expression"] == " + ".join(added)
        assert [it["return_data"] for it in (total, *queries)] == [True, *[False] * 10]


def test_an_idle_stage_has_as_few_alarm_metrics_as_documented() -> None:
    found = [
        sum(len(watched(it)) for it in alarms(deploy(stage, config)).values())
        for stage, config in (("prod", {}), ("prod", BUTTONS), ("dev", BUTTONS))
    ]
    least, most = min(found), max(found)
    costs = (ROOT / "docs" / "operations.md").read_text()
    assert f"for each of the {least} or {most} metrics that its alarms watch" in costs
    assert most <= 15


def test_every_error_that_the_functions_log_raises_an_alarm() -> None:
    """Every error message is the name of an event: a filter compares the whole message."""
    logged = {
        message.value
        for file in (ROOT / "lambdas").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("_LOG.error", "_LOG.exception", "_LOG.critical")
        and isinstance(message := call.args[0], ast.Constant)
        and isinstance(message.value, str)
    }
    assert logged == {*PROBLEMS}


def test_problems_of_every_function_raise_an_alarm(everything: Deployment) -> None:
    filters = [
        it
        for it in everything.of_type("LogMetricFilter")
        if it.inputs["metricTransformation"]["name"] == "Problems"
    ]
    groups = {it.inputs["logGroupName"] for it in filters}
    assert groups == {
        it.inputs["loggingConfig"]["logGroup"] for it in functions_of(everything).values()
    }
    assert watched(alarms(everything)["problems"]) == {("signoff/dev", "Problems", "")}
    assert all(len(it.inputs["pattern"]) <= 1024 for it in filters)


def test_only_an_unhandled_undelivered_message_raises_an_alarm(
    deployment: Deployment,
) -> None:
    alarm = alarms(deployment)["unhandled"]
    queue = "signoff-gate-channel-undelivered-unhandled-0a1b2c3"
    assert watched(alarm) == {("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue)}
    assert alarm.inputs["statistic"] == "Maximum"


def test_cloudwatch_can_publish_to_the_alarm_topic(deployment: Deployment) -> None:
    assert "kmsMasterKeyId" not in deployment.one("Topic", "alarms").inputs


def test_an_alarm_address_is_subscribed_if_configured(
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


TOPIC = "arn:aws:sns:eu-central-1:111122223333:oncall"


def test_a_configured_alarm_topic_replaces_the_stages_own() -> None:
    stage = deploy("dev", {"alarmTopicArn": TOPIC})
    assert [it.inputs["alarmActions"] for it in alarms(stage).values()] == [[TOPIC]] * 6
    assert [it.name for it in stage.of_type("Topic") if "alarms" in it.name] == []
    named = stage.outputs["operations"]["alarms"]
    assert (named["topic_arn"], named["subscribers"]) == (TOPIC, {})


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
}


def counted(deployment: Deployment) -> set[tuple[str, str, str]]:
    """Names of metrics, each with counted log lines and a log group that has them."""
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


def test_metrics_count_the_functions_log_lines(deployment: Deployment) -> None:
    found = {it for it in counted(deployment) if it[0] != "Problems"}
    assert found == {
        (metric, pattern, group)
        for metric, (pattern, groups) in COUNTED.items()
        for group in groups
    }


def test_decisions_by_button_and_by_link_are_counted_alike(
    deployment: Deployment, buttons: Deployment
) -> None:
    more = {it for it in counted(buttons) - counted(deployment) if it[0] != "Problems"}
    assert more == {
        (metric, COUNTED[metric][0], CLICKS)
        for metric in (
            "ReviewsApproved",
            "ReviewsRejected",
            "ReviewsCancelled",
        )
    }


def test_every_ending_is_counted_and_on_the_dashboard(deployment: Deployment) -> None:
    shown = deployment.one("Dashboard").inputs["dashboardBody"]
    for status in Status:
        if status is not Status.PENDING:
            metric = f"Reviews{status.capitalize()}"
            assert metric in COUNTED
            assert f'["signoff/dev", "{metric}"]' in shown
    assert '["signoff/dev", "MessagesUndelivered"]' in shown


def test_stages_in_one_account_have_separate_metrics() -> None:
    namespaces = {
        item.inputs["metricTransformation"]["namespace"]
        for stage in STAGES
        for item in deploy(stage, BUTTONS).of_type("LogMetricFilter")
    }
    assert namespaces == {"signoff/dev", "signoff/uat", "signoff/prod"}


def test_stages_in_one_account_have_separate_dashboards() -> None:
    names = {deploy(stage, BUTTONS).one("Dashboard").inputs["dashboardName"] for stage in STAGES}
    assert len(names) == len(STAGES)


def test_the_dashboard_shows_every_function_without_gaps(variant: Deployment) -> None:
    body = variant.one("Dashboard").json("dashboardBody")
    text = json.dumps(body)
    for function in variant.of_type("Function"):
        if function.custom:
            assert f"{function.name}-0a1b2c3" in text
    places = {(widget["x"], widget["y"]) for widget in body["widgets"]}
    assert places == {(x, y) for x in (0, 12) for y in (0, 6, 12, 18, 24)}


def test_every_graph_is_in_the_stages_region() -> None:
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


def test_the_link_to_the_dashboard_is_in_its_regions_console(deployment: Deployment) -> None:
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
def test_other_partitions_have_their_own_consoles(partition: str, host: str) -> None:
    address = console_address(f"arn:{partition}:states:us-gov-west-1:1:stateMachine:x", "signoff")
    assert address.split("/")[2] == host


def test_doctor_checks_the_stages_own_resources(everything: Deployment) -> None:
    found = everything
    names = found.outputs["operations"]
    assert names.pop("functions") == {
        folder: f"{item.name}-0a1b2c3" for folder, item in functions_of(found).items()
    }
    alarms_of_it = names["alarms"].pop("names")
    assert sorted(alarms_of_it) == sorted(f"{it.name}-0a1b2c3" for it in alarms(found).values())
    assert names == {
        "schedule": "signoff-gate-sweep-reviews-schedule-0a1b2c3",
        "arrivals_rule": "signoff-arrivals-0a1b2c3",
        "check_function_arn": "arn:aws:lambda:eu-central-1:111122223333:function:check",
        "queues": {
            "undelivered": found.one("QueuePolicy").inputs["queueUrl"],
            "unhandled": names["queues"]["unhandled"],
        },
        "subscribers": {"lambda": 2, "https": 0, "email": 2, "sms": 1},
        "decisions": {"reviewers": 1, "required_approvals": 1},
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
def test_doctor_gets_the_number_of_subscribers(
    config: dict[str, str], subscribers: dict[str, int]
) -> None:
    found = deploy("dev", config).outputs["operations"]
    assert found["subscribers"] == subscribers
    assert found["alarms"]["subscribers"] == {"email": 0}
