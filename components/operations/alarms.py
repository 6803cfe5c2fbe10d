"""Alarms as plain data. Each metric of an alarm costs money, so none is watched twice.

https://aws.amazon.com/cloudwatch/pricing/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.operations.counts import COUNTS, PROBLEMS, SWEEP_BY

PERIOD_SECONDS = 300
NO_SWEEP_SECONDS = 600
MAX_METRICS = 10
"""Per alarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
"""
BEHIND_THE_API = (
    "decision_api",
    "operator_api",
    "asker_api",
    "slack_interactions",
    "slack_commands",
)
"""Functions behind the HTTP API, whose failures it reports as 5xx."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Fires when the sum of its metrics is above zero."""

    name: str
    description: str
    metrics: Mapping[str, Any]
    """The arguments of `MetricAlarm` that define the metric."""
    without_data: str = "notBreaching"


def alarms(
    *,
    namespace: str,
    functions: Mapping[str, pulumi.Input[str]],
    api: pulumi.Input[str],
    unhandled_queue: pulumi.Input[str],
    topic: pulumi.Input[str],
) -> Sequence[Alarm]:
    """All alarms of a stage; `functions` are physical names by folder name."""
    watched = [name for name in functions if name not in (*BEHIND_THE_API, SWEEP_BY)]
    several = [watched[n : n + MAX_METRICS] for n in range(0, len(watched), MAX_METRICS)]
    failing = [
        Alarm(
            name="functions" + (f"-{number}" if number > 1 else ""),
            description=f"A function failed: {', '.join(names)}",
            metrics={"metric_queries": _sum_of_errors([functions[name] for name in names])},
        )
        for number, names in enumerate(several, start=1)
    ]
    return [
        Alarm(
            name="problems",
            description="A function logged an error, or a review expired, was not delivered, or"
            f" failed. Search the logs for {', '.join(PROBLEMS)}",
            metrics=_one(namespace, COUNTS["problems"].metric),
        ),
        *failing,
        Alarm(
            name="sweeping",
            description="The sweeper failed, or has not run for ten minutes. Until it runs, reviews"
            " do not expire and no reminders are sent",
            metrics=_one(
                "AWS/Lambda",
                "Errors",
                {"FunctionName": functions[SWEEP_BY]},
                period=NO_SWEEP_SECONDS,
            ),
            without_data="breaching",
        ),
        Alarm(
            name="api",
            description="The HTTP API returned 5xx to a page, button, command, operator or asker",
            metrics=_one("AWS/ApiGateway", "5xx", {"ApiId": api}),
        ),
        Alarm(
            name="unhandled",
            description="An undelivered message could not be processed and is in the unhandled"
            " queue",
            metrics=_one(
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                {"QueueName": unhandled_queue},
                statistic="Maximum",
            ),
        ),
        Alarm(
            name="notifications-failed",
            description="The review topic could not deliver to a subscriber",
            metrics=_one("AWS/SNS", "NumberOfNotificationsFailed", {"TopicName": topic}),
        ),
    ]


def _one(
    namespace: str,
    metric: str,
    dimensions: Mapping[str, pulumi.Input[str]] | None = None,
    *,
    statistic: str = "Sum",
    period: int = PERIOD_SECONDS,
) -> Mapping[str, Any]:
    return {
        "namespace": namespace,
        "metric_name": metric,
        "dimensions": dimensions,
        "statistic": statistic,
        "period": period,
    }


def _sum_of_errors(names: Sequence[pulumi.Input[str]]) -> Sequence[Mapping[str, Any]]:
    """The sum of errors of functions; functions without data count as zero."""
    ids = [f"m{number}" for number in range(len(names))]
    added = " + ".join(f"FILL({it}, 0)" for it in ids)
    total = {"id": "errors", "label": "Errors", "expression": added, "return_data": True}
    return [
        total,
        *(
            {
                "id": id_,
                "return_data": False,
                "metric": {
                    "namespace": "AWS/Lambda",
                    "metric_name": "Errors",
                    "dimensions": {"FunctionName": name},
                    "stat": "Sum",
                    "period": PERIOD_SECONDS,
                },
            }
            for id_, name in zip(ids, names, strict=True)
        ),
    ]
