"""The sweeper's schedule and the queues."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lambdas.domain.review.words import counted
from signoff.doctor.findings import CannotCheck, Finding, ok, problem
from signoff.doctor.fixes import restore
from signoff.doctor.units import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signoff.doctor.probe import Probe

SCHEDULE = "schedule"
UNDELIVERED, DEAD_LETTERS = "undelivered messages", "dead letters"
_VISIBLE = "ApproximateNumberOfMessages"
_IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"


def schedule(probe: Probe) -> Iterator[Finding]:
    """Whether the sweeper is scheduled."""
    name = probe.operations["schedule"]
    found = probe.aws("scheduler", "get_schedule", Name=name)
    if found["State"] == "ENABLED":
        yield ok(SCHEDULE, f"The sweeper is scheduled at {found['ScheduleExpression']}.")
    else:
        yield problem(
            SCHEDULE,
            f"The sweeper's schedule {name} is {found['State'].lower()}: no reminders are"
            " sent and no review expires.",
            restore(probe.stage),
        )


def undelivered(probe: Probe) -> Iterator[Finding]:
    """Whether undelivered messages are processed. Messages in flight are being processed."""
    function = probe.operations["functions"]["report_undelivered"]
    url = probe.operations["queues"]["undelivered"]
    fix = f"Find out why {function} does not read the queue: check its log and its Lambda trigger."
    yield _check_empty(probe, UNDELIVERED, url, [_VISIBLE], fix)


def dead_letters(probe: Probe) -> Iterator[Finding]:
    """Whether messages failed repeatedly and need an operator."""
    function = probe.operations["functions"]["report_undelivered"]
    url = probe.operations["queues"]["unhandled"]
    fix = (
        f"See the log of {function}. To retry: aws sqs start-message-move-task"
        f" --source-arn {_arn(probe, url)}. To delete them: aws sqs purge-queue --queue-url {url}"
    )
    yield _check_empty(probe, DEAD_LETTERS, url, [_VISIBLE, _IN_FLIGHT], fix)


def _arn(probe: Probe, queue_url: str) -> str:
    _, partition, _, region, account, *_ = probe.stage.output("state_machine_arn").split(":")
    return f"arn:{partition}:sqs:{region}:{account}:{_name(queue_url)}"


def _name(queue_url: str) -> str:
    return queue_url.rsplit("/", 1)[-1]


def _check_empty(
    probe: Probe, check: str, url: str, attributes: Sequence[str], fix: str
) -> Finding:
    name = _name(url)
    found = probe.aws("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=attributes)
    waiting = sum(int(found["Attributes"][attribute]) for attribute in attributes)
    if not waiting:
        return ok(check, "The queue is empty.")
    return problem(check, f"{counted(waiting, 'message')} in {name}{_age(probe, name)}.", fix)


def _age(probe: Probe, queue: str) -> str:
    """The age of the oldest message, if CloudWatch can be read and has it."""
    now = datetime.fromtimestamp(probe.clock(), UTC)
    try:
        points: list[Any] = probe.aws(
            "cloudwatch",
            "get_metric_statistics",
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": queue}],
            StartTime=now - timedelta(minutes=15),
            EndTime=now + timedelta(minutes=5),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
    except CannotCheck:
        return ""
    if not points:
        return ""
    latest = max(points, key=lambda point: point["Timestamp"])
    return f", the oldest for {duration(int(latest['Maximum']))}"
