"""Logs, metrics, alarms and dashboards are created from their inputs."""

from __future__ import annotations

import json
from typing import Any

from tests.local.deployment.resources.maker import TAGS, Maker


def test_a_log_group_has_its_retention_period(create: Maker) -> None:
    name = create(
        "LogGroup", namePrefix="/aws/vendedlogs/it-", retentionInDays=7.0, tags=TAGS
    ).outputs["name"]
    found: Any = create.aws.logs.describe_log_groups(logGroupNamePrefix=str(name))["logGroups"]
    assert str(name).startswith("/aws/vendedlogs/it-")
    assert [group["retentionInDays"] for group in found] == [7]


def test_a_metric_is_counted_from_logs(create: Maker) -> None:
    group = create("LogGroup").id
    create(
        "LogMetricFilter",
        logGroupName=group,
        pattern='{ $.event = "review.expired" }',
        metricTransformation={"name": "Expired", "namespace": "Signoff", "value": "1"},
    )
    found: Any = create.aws.logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    assert found[0]["filterPattern"] == '{ $.event = "review.expired" }'
    assert found[0]["metricTransformations"][0]["metricName"] == "Expired"


def test_an_alarm_watches_its_metric(create: Maker, topic: str) -> None:
    name = create(
        "MetricAlarm",
        comparisonOperator="GreaterThanThreshold",
        evaluationPeriods=1.0,
        threshold=0.0,
        namespace="AWS/SQS",
        metricName="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": "letters"},
        period=300.0,
        statistic="Maximum",
        treatMissingData="notBreaching",
        alarmActions=[topic],
    ).id
    found: Any = create.aws.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    assert found["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert found["Dimensions"] == [{"Name": "QueueName", "Value": "letters"}]
    assert (found["Threshold"], found["Period"], found["Statistic"]) == (0, 300, "Maximum")
    assert found["AlarmActions"] == [topic]
    assert found["TreatMissingData"] == "notBreaching"


def test_a_dashboard_is_stored(create: Maker) -> None:
    name = create("Dashboard", dashboardBody='{"widgets": []}').id
    found = create.aws.cloudwatch.get_dashboard(DashboardName=name)
    assert json.loads(found["DashboardBody"]) == {"widgets": []}
