"""Somebody who can read an index, a row after its end, or the logs looks for the task token."""

import logging
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.shared.lifecycle.close import close_ended, close_overdue
from lambdas.shared.lifecycle.decide import Said, decide
from lambdas.shared.lifecycle.executions import Executions
from lambdas.shared.lifecycle.sweep import sweep
from lambdas.shared.lifecycle.undelivered import Undelivered, report
from lambdas.shared.review.errors import NotDelivered
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Outcome, Review, Way
from lambdas.shared.review.rules import Rules
from lambdas.shared.review.time_plan import TimePlan
from tests.lambdas.conftest import World

ANN = Actor(person="ann", via=Way.LINK)


def row(world: World, review: Review) -> dict[str, Any]:
    return boto3.client("dynamodb").get_item(
        TableName=world.table, Key={"review_id": {"S": review.review_id}}
    )["Item"]  # pyright: ignore[reportTypedDictNotRequiredAccess]


class Busy:
    """Step Functions in a bad moment."""

    def send_task_success(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "SendTaskSuccess")


def decided(world: World, review: Review) -> None:
    world.deciding()(review.review_id, Outcome.APPROVED, Said(), ANN)


def expired(world: World, review: Review) -> None:
    world.clock.moment = review.deadline
    close_overdue(world.gate, review.execution_arn, None)


def silent(world: World, review: Review) -> None:
    world.clock.moment = review.deadline
    close_overdue(world.gate, review.execution_arn, Outcome.REJECTED)


def cancelled(world: World, review: Review) -> None:
    close_ended(world.gate, {"executionArn": review.execution_arn, "status": "ABORTED"})


def undelivered(world: World, review: Review) -> None:
    report(
        world.gate,
        Undelivered(
            event="review.requested",
            review_id=review.review_id,
            execution_arn=review.execution_arn,
            why="Slack answered 404",
        ),
    )


def swept(world: World, review: Review) -> None:
    """Decided where Step Functions did not answer, and finished later."""

    gate = world.gate_with(Executions(Busy()))  # pyright: ignore[reportArgumentType]
    with pytest.raises(NotDelivered):
        decide(gate, Rules(), review.review_id, Outcome.APPROVED, Said(), ANN)
    assert row(world, review)["task_token"] == {"S": review.task_token}, "it is needed still"
    world.clock.advance(minutes=2)
    sweep(world.gate, TimePlan(), "dev", lambda: 60)


ENDINGS = [decided, expired, silent, cancelled, undelivered, swept]


@pytest.mark.parametrize("end", ENDINGS)
def test_it_is_gone_from_the_row_when_all_is_done(
    world: World, end: Callable[[World, Review], None]
) -> None:
    review = world.waiting_review()
    assert row(world, review)["task_token"] == {"S": review.task_token}

    end(world, review)

    assert row(world, review)["delivered_at"]["S"]
    assert review.task_token not in str(row(world, review))


def test_no_index_carries_it(world: World) -> None:
    review = world.waiting_review(due_at=world.clock.moment)
    dynamodb = boto3.client("dynamodb")
    found: dict[str, Any] = {
        name: dynamodb.scan(TableName=world.table, IndexName=name)["Items"]
        for name in ("by_execution", "by_due")
    }

    assert {name: [it["review_id"]["S"] for it in items] for name, items in found.items()} == {
        "by_execution": [review.review_id],
        "by_due": [review.review_id],
    }
    assert review.task_token not in str(found)


@pytest.mark.parametrize("end", ENDINGS)
def test_no_log_and_no_announcement_has_it(
    world: World, caplog: pytest.LogCaptureFixture, end: Callable[[World, Review], None]
) -> None:
    caplog.set_level(logging.INFO)
    review = world.waiting_review()

    end(world, review)

    told = [str(vars(it)) for it in caplog.records] + [str(it) for it in world.announced()]
    assert len(told) > 1
    assert review.task_token not in "\n".join(told) + repr(world.story(review)) + repr(review)
