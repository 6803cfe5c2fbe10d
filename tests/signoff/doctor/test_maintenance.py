"""The sweeper's schedule and the queues."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")


def test_a_disabled_schedule_is_a_problem(healthy: CheckedStage) -> None:
    scheduler: Any = healthy.client("scheduler")
    found = scheduler.get_schedule(Name=healthy.operations["schedule"])
    settings = {
        key: found[key]
        for key in ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    }
    scheduler.update_schedule(**settings, State="DISABLED")
    try:
        assert "is disabled" in healthy.problem("schedule").message
    finally:
        scheduler.update_schedule(**settings, State="ENABLED")


def test_a_deleted_schedule_is_a_problem(healthy: CheckedStage) -> None:
    found = healthy.with_operations(schedule="never-there").problem("schedule")
    assert found.message == "never-there does not exist."


@contextmanager
def dead_letter(stage: CheckedStage) -> Generator[str]:
    """Put a message into the dead-letter queue; yield the queue's name."""
    url = stage.probe.operations["queues"]["unhandled"]
    sqs: Any = stage.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    try:
        yield url.rsplit("/", 1)[-1]
    finally:
        sqs.purge_queue(QueueUrl=url)


def test_a_dead_letter_is_counted_with_its_fix(healthy: CheckedStage) -> None:
    with dead_letter(healthy) as queue:
        found = healthy.problem("dead letters")
    assert found.message == f"1 message in {queue}."
    assert f"--source-arn arn:aws:sqs:eu-central-1:{healthy.deployed.account}:{queue}" in found.fix
    assert healthy.operations["functions"]["report_undelivered"] in found.fix


def test_a_dead_letters_age_is_shown_if_aws_has_it(healthy: CheckedStage) -> None:
    url = healthy.client("sqs").create_queue(QueueName="old-letters")["QueueUrl"]
    stage = healthy.with_operations(queues={**healthy.operations["queues"], "unhandled": url})
    with dead_letter(stage) as queue:
        metric = {
            "MetricName": "ApproximateAgeOfOldestMessage",
            "Dimensions": [{"Name": "QueueName", "Value": queue}],
            "Timestamp": datetime.now(UTC),
            "Value": 10_000.0,
        }
        healthy.client("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[metric])
        assert "the oldest for 2 hours" in stage.problem("dead letters").message


def test_an_unprocessed_undelivered_message_is_a_problem(healthy: CheckedStage) -> None:
    sqs: Any = healthy.client("sqs")
    url = sqs.create_queue(QueueName="without-a-reader")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    stage = healthy.with_operations(queues={**healthy.operations["queues"], "undelivered": url})
    assert "1 message in without-a-reader" in stage.problem("undelivered messages").message


def test_a_deleted_queue_is_a_problem(healthy: CheckedStage) -> None:
    url = f"{healthy.operations['queues']['undelivered']}-not"
    assert (
        "does not exist"
        in healthy.with_operations(queues={"undelivered": url})
        .problem("undelivered messages")
        .message
    )
