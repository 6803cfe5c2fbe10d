"""The stage's dashboard as a pure function: names in, CloudWatch dashboard body out.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from lambdas.domain.runtime.console import console_url

Metric: TypeAlias = list[Any]

EXECUTIONS = (
    "ExecutionsStarted",
    "ExecutionsSucceeded",
    "ExecutionsFailed",
    "ExecutionsTimedOut",
    "ExecutionsAborted",
)
OUTCOMES = ("Approved", "Rejected", "Expired", "Cancelled", "Undelivered")


def console_address(arn: str, dashboard: str) -> str:
    """The dashboard's URL in the console of the partition and region of `arn`."""
    _, partition, _, region, *_ = arn.split(":")
    return f"{console_url(partition, region, 'cloudwatch')}#dashboards/dashboard/{dashboard}"


def dashboard_body(
    *,
    region: str,
    namespace: str,
    state_machine_arn: str,
    review_machine_arn: str,
    functions: Mapping[str, str],
    api_id: str,
    unhandled_queue: str,
    topic: str,
) -> dict[str, Any]:
    """Ten graphs; `functions` are physical names by folder name."""

    def by_function(metric: str, **options: str) -> Sequence[Metric]:
        return [
            ["AWS/Lambda", metric, "FunctionName", name, {"label": label, **options}]
            for label, name in functions.items()
        ]

    def by_execution(machine: str) -> Sequence[Metric]:
        return [["AWS/States", metric, "StateMachineArn", machine] for metric in EXECUTIONS]

    def lasted(machine: str) -> Sequence[Metric]:
        return [["AWS/States", "ExecutionTime", "StateMachineArn", machine, {"stat": "Maximum"}]]

    http_api = ["ApiId", api_id]
    graphs: Sequence[tuple[str, Sequence[Metric]]] = (
        ("Executions", by_execution(state_machine_arn)),
        ("Executions of the review machine", by_execution(review_machine_arn)),
        ("Reviews by outcome", [[namespace, f"Reviews{outcome}"] for outcome in OUTCOMES]),
        ("Function errors", by_function("Errors")),
        ("Function duration, p95 (ms)", by_function("Duration", stat="p95")),
        (
            "Decision API requests",
            [["AWS/ApiGateway", metric, *http_api] for metric in ("Count", "4xx", "5xx")],
        ),
        (
            "Decision API latency, p95 (ms)",
            [["AWS/ApiGateway", "Latency", *http_api, {"stat": "p95"}]],
        ),
        (
            "Undelivered messages",
            [
                [namespace, "MessagesUndelivered"],
                [
                    "AWS/SQS",
                    "ApproximateNumberOfMessagesVisible",
                    "QueueName",
                    unhandled_queue,
                    {"stat": "Maximum"},
                ],
                ["AWS/SNS", "NumberOfNotificationsFailed", "TopicName", topic],
            ],
        ),
        ("Execution time, maximum (ms)", lasted(state_machine_arn)),
        ("Execution time of the review machine, maximum (ms)", lasted(review_machine_arn)),
    )
    return {
        "widgets": [
            {
                "type": "metric",
                "x": 12 * (place % 2),
                "y": 6 * (place // 2),
                "width": 12,
                "height": 6,
                "properties": {
                    "title": title,
                    "region": region,
                    "view": "timeSeries",
                    "stat": "Sum",
                    "period": 300,
                    "metrics": list(metrics),
                },
            }
            for place, (title, metrics) in enumerate(graphs)
        ]
    }
