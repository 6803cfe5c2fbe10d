"""The sweeper's schedule and the queues."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


def test_a_schedule_that_is_off_is_to_be_put_back(whole: Examined) -> None:
    scheduler: Any = whole.client("scheduler")
    found = scheduler.get_schedule(Name=whole.operations["schedule"])
    same = {
        key: found[key]
        for key in ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    }
    scheduler.update_schedule(**same, State="DISABLED")
    try:
        assert "is disabled" in whole.trouble("schedule").message
    finally:
        scheduler.update_schedule(**same, State="ENABLED")


def test_a_schedule_that_is_gone_is_told(whole: Examined) -> None:
    gone = whole.having(schedule="never-there").trouble("schedule")
    assert gone.message == "never-there does not exist."


@contextmanager
def dead_letter(stage: Examined) -> Generator[str]:
    """Put a message where nobody reads; the queue's name."""
    url = stage.probe.operations["queues"]["unhandled"]
    sqs: Any = stage.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    try:
        yield url.rsplit("/", 1)[-1]
    finally:
        sqs.purge_queue(QueueUrl=url)


def test_a_dead_letter_is_counted_with_what_to_do(whole: Examined) -> None:
    with dead_letter(whole) as queue:
        found = whole.trouble("dead letters")
    assert found.message == f"1 message in {queue}."
    assert f"--source-arn arn:aws:sqs:eu-central-1:{whole.deployed.account}:{queue}" in found.fix
    assert whole.operations["functions"]["report_undelivered"] in found.fix


def test_a_dead_letter_s_age_is_told_where_aws_knows_it(whole: Examined) -> None:
    url = whole.client("sqs").create_queue(QueueName="old-letters")["QueueUrl"]
    seen = whole.having(queues={**whole.operations["queues"], "unhandled": url})
    with dead_letter(seen) as queue:
        metric = {
            "MetricName": "ApproximateAgeOfOldestMessage",
            "Dimensions": [{"Name": "QueueName", "Value": queue}],
            "Timestamp": datetime.now(UTC),
            "Value": 10_000.0,
        }
        whole.client("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[metric])
        assert "the oldest for 2 hours" in seen.trouble("dead letters").message


def test_what_nobody_takes_from_the_queue_of_the_undelivered_is_told(whole: Examined) -> None:
    sqs: Any = whole.client("sqs")
    url = sqs.create_queue(QueueName="without-a-reader")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    seen = whole.having(queues={**whole.operations["queues"], "undelivered": url})
    assert "1 message in without-a-reader" in seen.trouble("undelivered messages").message


def test_a_queue_that_is_gone_is_told(whole: Examined) -> None:
    url = f"{whole.operations['queues']['undelivered']}-not"
    assert (
        "does not exist"
        in whole.having(queues={"undelivered": url}).trouble("undelivered messages").message
    )
