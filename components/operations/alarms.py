"""What rings, and why, as plain data: each alarm is for one way to go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.operations.metrics import Metric


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """It rings when the metric is more than nothing."""

    name: str
    description: str
    metric: Metric


_COUNTED = {
    "failed": "An execution failed, and not because its review was rejected or expired",
    "expired": "Nobody decided in time",
    "undelivered": "A request for a review did not reach its channel",
    "messages-undelivered": "A message about a review did not reach its channel",
    "unconfirmed": "A decision was sent, but its delivery could not be confirmed",
    "unreadable": "A stored review is damaged and is left out of lists",
}
"""The counts of `COUNTS` that must stay nothing, by name."""


def alarms(
    *,
    counted: Mapping[str, Metric],
    functions: Mapping[str, pulumi.Input[str]],
    unhandled_queue: pulumi.Input[str],
    topic: pulumi.Input[str],
) -> Sequence[Alarm]:
    """All of a stage's; `counted` are the metrics of `COUNTS`, the rest names of what to watch."""
    unhandled = Metric(
        namespace="AWS/SQS",
        name="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": unhandled_queue},
        statistic="Maximum",
    )
    unreachable = Metric(
        namespace="AWS/SNS",
        name="NumberOfNotificationsFailed",
        dimensions={"TopicName": topic},
    )
    return [
        *(
            Alarm(name=name, description=description, metric=counted[name])
            for name, description in _COUNTED.items()
        ),
        Alarm(
            name="unhandled",
            description=(
                "An undelivered message could not be handled either: it waits in the last queue"
            ),
            metric=unhandled,
        ),
        Alarm(
            name="notifications-failed",
            description="The review topic could not reach a subscriber",
            metric=unreachable,
        ),
        *(_errors_of(function, name) for function, name in functions.items()),
    ]


def _errors_of(function: str, name: pulumi.Input[str]) -> Alarm:
    errors = Metric(namespace="AWS/Lambda", name="Errors", dimensions={"FunctionName": name})
    return Alarm(
        name=f"{function.replace('_', '-')}-errors",
        description=f"The {function} function failed",
        metric=errors,
    )
