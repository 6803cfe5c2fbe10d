"""What rings, and why, as plain data: each alarm is for one way to go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.operations.metrics import Metric, Queries, alone, unplanned_failures


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """It rings when what the queries return is more than nothing."""

    name: str
    description: str
    queries: Queries


def alarms(
    *,
    counted: Mapping[str, Metric],
    state_machine_arn: pulumi.Input[str],
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
        Alarm(
            name="failed",
            description="An execution failed, and not because its review was rejected or expired",
            queries=unplanned_failures(state_machine_arn, counted["refused"]),
        ),
        Alarm(
            name="expired",
            description="Nobody decided in time",
            queries=alone(counted["expired"]),
        ),
        Alarm(
            name="undelivered",
            description="A request for a review did not reach its channel",
            queries=alone(counted["undelivered"]),
        ),
        Alarm(
            name="messages-undelivered",
            description="A message about a review did not reach its channel",
            queries=alone(counted["messages-undelivered"]),
        ),
        Alarm(
            name="unhandled",
            description=(
                "An undelivered message could not be handled either: it waits in the last queue"
            ),
            queries=alone(unhandled),
        ),
        Alarm(
            name="notifications-failed",
            description="The review topic could not reach a subscriber",
            queries=alone(unreachable),
        ),
        *(_errors_of(function, name) for function, name in functions.items()),
    ]


def _errors_of(function: str, name: pulumi.Input[str]) -> Alarm:
    errors = Metric(namespace="AWS/Lambda", name="Errors", dimensions={"FunctionName": name})
    return Alarm(
        name=f"{function.replace('_', '-')}-errors",
        description=f"The {function} function failed",
        queries=alone(errors),
    )
