"""What the alarms look at: names of CloudWatch metrics, and the arithmetic between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pulumi

if TYPE_CHECKING:
    from pulumi_aws.cloudwatch import MetricAlarmMetricQueryArgsDict

Queries: TypeAlias = "Sequence[MetricAlarmMetricQueryArgsDict]"
PERIOD_SECONDS = 300
FAILURES = {
    "failed": "ExecutionsFailed",
    "timed_out": "ExecutionsTimedOut",
    "aborted": "ExecutionsAborted",
}


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One CloudWatch metric over a period."""

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]] | None = None
    statistic: str = "Sum"


def alone(metric: Metric) -> Queries:
    """The metric as it is."""
    return [{**_query("it", metric), "return_data": True}]


def unplanned_failures(state_machine_arn: pulumi.Input[str], refused: Metric) -> Queries:
    """Executions that ended badly without a review that says so.

    A rejection fails its execution by design; `refused` counts these, and is subtracted.
    """
    sources = {
        query: Metric(
            namespace="AWS/States",
            name=metric,
            dimensions={"StateMachineArn": state_machine_arn},
        )
        for query, metric in FAILURES.items()
    }
    ended_badly = " + ".join(f"FILL({query}, 0)" for query in FAILURES)
    return [
        {
            "id": "unplanned",
            "expression": f"{ended_badly} - FILL(refused, 0)",
            "label": "Failures that nobody decided",
            "return_data": True,
        },
        *(_query(query, metric) for query, metric in {**sources, "refused": refused}.items()),
    ]


def _query(query: str, metric: Metric) -> "MetricAlarmMetricQueryArgsDict":
    return {
        "id": query,
        "metric": {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": metric.dimensions,
            "stat": metric.statistic,
            "period": PERIOD_SECONDS,
        },
    }
