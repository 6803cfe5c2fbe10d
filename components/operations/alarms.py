"""What rings, and why, as plain data. A stage pays for each metric that an alarm looks at, so what
one metric says is not watched twice.

https://aws.amazon.com/cloudwatch/pricing/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.operations.counts import COUNTS, PROBLEMS, SWEEP_BY

PERIOD_SECONDS = 300
NO_SWEEP_SECONDS = 600
MOST_METRICS = 10
"""Of one alarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"""
BEHIND_THE_API = (
    "decision_api",
    "operator_api",
    "asker_api",
    "slack_interactions",
    "slack_commands",
)
"""Functions that the HTTP API calls: each failure of theirs is a 5xx of it."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """It rings when its metrics add up to more than nothing."""

    name: str
    description: str
    metrics: Mapping[str, Any]
    """The arguments of `MetricAlarm` that say what to look at."""
    without_data: str = "notBreaching"


def alarms(
    *,
    namespace: str,
    functions: Mapping[str, pulumi.Input[str]],
    api: pulumi.Input[str],
    unhandled_queue: pulumi.Input[str],
    topic: pulumi.Input[str],
) -> Sequence[Alarm]:
    """All of a stage's; `functions` are physical names by folder name."""
    watched = [name for name in functions if name not in (*BEHIND_THE_API, SWEEP_BY)]
    several = [watched[n : n + MOST_METRICS] for n in range(0, len(watched), MOST_METRICS)]
    failing = [
        Alarm(
            name="functions" + (f"-{number}" if number > 1 else ""),
            description=f"One of these functions failed: {', '.join(names)}",
            metrics={"metric_queries": _sum_of_errors([functions[name] for name in names])},
        )
        for number, names in enumerate(several, start=1)
    ]
    return [
        Alarm(
            name="problems",
            description="A function logged a problem, or a review expired, could not be delivered,"
            f" or failed: see the logs for {', '.join(PROBLEMS)}",
            metrics=_one(namespace, COUNTS["problems"].metric),
        ),
        *failing,
        Alarm(
            name="sweeping",
            description="The sweeper failed, or has not run for ten minutes: no review expires and"
            " nobody is reminded",
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
            description="The HTTP API answered with 5xx: pages, buttons, commands, operators or"
            " askers",
            metrics=_one("AWS/ApiGateway", "5xx", {"ApiId": api}),
        ),
        Alarm(
            name="unhandled",
            description="An undelivered message could not be handled: it is in the last queue",
            metrics=_one(
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                {"QueueName": unhandled_queue},
                statistic="Maximum",
            ),
        ),
        Alarm(
            name="notifications-failed",
            description="The review topic could not reach a subscriber",
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
    """The errors of functions, those that were not called being none."""
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
