"""CloudWatch alarms and dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.created import Created, Handler, aws_tags, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def metric_alarm(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the alarm, on one metric or on metric math."""
    alarm_name = physical_name(name, inputs, longest=255)
    account.cloudwatch.put_metric_alarm(
        AlarmName=alarm_name,
        **present(
            AlarmDescription=inputs.optional_text("alarmDescription"),
            ActionsEnabled=inputs.optional_flag("actionsEnabled"),
            AlarmActions=inputs.texts("alarmActions"),
            OKActions=inputs.texts("okActions"),
            InsufficientDataActions=inputs.texts("insufficientDataActions"),
            ComparisonOperator=inputs.text("comparisonOperator"),
            EvaluationPeriods=inputs.whole("evaluationPeriods"),
            DatapointsToAlarm=inputs.optional_whole("datapointsToAlarm"),
            Threshold=inputs.optional_number("threshold"),
            TreatMissingData=inputs.optional_text("treatMissingData"),
            Tags=aws_tags(inputs),
            Metrics=[_query(query) for query in inputs.blocks("metricQueries")] or None,
        ),
        **_single_metric(inputs),
    )
    arn = f"arn:aws:cloudwatch:{account.region}:{account.number}:alarm:{alarm_name}"
    return Created(alarm_name, {"arn": arn, "name": alarm_name})


def _single_metric(inputs: Inputs) -> dict[str, Any]:
    return present(
        MetricName=inputs.optional_text("metricName"),
        Namespace=inputs.optional_text("namespace"),
        Period=inputs.optional_whole("period"),
        Statistic=inputs.optional_text("statistic"),
        ExtendedStatistic=inputs.optional_text("extendedStatistic"),
        Unit=inputs.optional_text("unit"),
        Dimensions=_dimensions(inputs),
    )


def _query(query: Inputs) -> dict[str, Any]:
    return present(
        Id=query.text("id"),
        Expression=query.optional_text("expression"),
        Label=query.optional_text("label"),
        ReturnData=query.optional_flag("returnData") or False,
        Period=query.optional_whole("period"),
        MetricStat=_metric(query.optional_block("metric")),
    )


def _metric(metric: Inputs | None) -> dict[str, Any] | None:
    if metric is None:
        return None
    return present(
        Metric=present(
            Namespace=metric.text("namespace"),
            MetricName=metric.text("metricName"),
            Dimensions=_dimensions(metric),
        ),
        Period=metric.whole("period"),
        Stat=metric.text("stat"),
        Unit=metric.optional_text("unit"),
    )


def _dimensions(inputs: Inputs) -> list[dict[str, str]] | None:
    named = inputs.table("dimensions")
    return [{"Name": key, "Value": value} for key, value in named.items()] or None


def dashboard(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the dashboard."""
    dashboard_name = physical_name(name, inputs, longest=255, key="dashboardName")
    account.cloudwatch.put_dashboard(
        DashboardName=dashboard_name, DashboardBody=inputs.text("dashboardBody")
    )
    arn = f"arn:aws:cloudwatch::{account.number}:dashboard/{dashboard_name}"
    return Created(dashboard_name, {"dashboardArn": arn, "dashboardName": dashboard_name})


HANDLERS: dict[str, Handler] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": metric_alarm,
    "aws:cloudwatch/dashboard:Dashboard": dashboard,
}
