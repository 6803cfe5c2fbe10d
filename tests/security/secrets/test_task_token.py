"""A reader of indexes, ended rows or logs searches for task tokens, callback ids or contexts."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.lifecycle.close import close_reviews_of_execution, close_reviews_of_function
from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.lifecycle.undelivered import Undelivered, report
from lambdas.domain.review.errors import NotDelivered
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import Outcome, Review, Way
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.runtime import times
from tests.lambdas.conftest import World, before_each_call, both_forms

MELLON = "speak friend and enter"
ANN = Actor(person="ann", via=Way.LINK)


def row(world: World, review: Review) -> dict[str, Any]:
    return boto3.client("dynamodb").get_item(
        TableName=world.table, Key={"review_id": {"S": review.review_id}}
    )["Item"]  # pyright: ignore[reportTypedDictNotRequiredAccess]


def secret(review: Review) -> str:
    """The secret that answers the caller: a task token, or a durable function's callback id."""
    return review.task_token or review.callback_id


def kept(world: World, review: Review) -> bool:
    """Whether the row still has the secret."""
    return {"S": secret(review)} in row(world, review).values()


def decided(world: World, review: Review) -> None:
    world.deciding()(review.review_id, Outcome.APPROVED, "", ANN)


def expired(world: World, review: Review) -> None:
    close(world, review, None)


def timed_out(world: World, review: Review) -> None:
    close(world, review, Outcome.REJECTED)


def close(world: World, review: Review, timeout: Outcome | None) -> None:
    world.clock.moment = review.deadline + timedelta(minutes=1)
    sweep(world.gate, TimePlan(), timeout, "dev", lambda: 60)


def cancelled(world: World, review: Review) -> None:
    arn, now = review.execution_arn, world.clock.moment
    if review.callback_id:
        end = {"status": "STOPPED", "endTimestamp": times.to_text(now)}
        close_reviews_of_function(world.gate, {"durableExecutionArn": arn, **end})
    else:
        end = {"status": "ABORTED", "stopDate": now.timestamp() * 1000}
        close_reviews_of_execution(world.gate, {"executionArn": arn, **end})


def undelivered(world: World, review: Review) -> None:
    report(
        world.gate,
        Undelivered(
            event=Event.REQUESTED,
            linked_id=review.linked_id,
            why="Slack returned 404",
        ),
    )


def swept(world: World, review: Review) -> None:
    """Decide during an AWS outage, and finish later."""

    def busy(operation: str, _: Any) -> None:
        if operation in world.form.answers:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)

    with (
        pytest.MonkeyPatch.context() as patched,
        before_each_call(patched, busy),
        pytest.raises(NotDelivered),
    ):
        decided(world, review)
    assert kept(world, review), "it is still needed"
    world.clock.advance(minutes=2)
    sweep(world.gate, TimePlan(), None, "dev", lambda: 60)


ENDINGS = [decided, expired, timed_out, cancelled, undelivered, swept]


@both_forms
@pytest.mark.parametrize("end", ENDINGS)
def test_the_task_token_is_removed_from_an_ended_row(
    world: World, end: Callable[[World, Review], None]
) -> None:
    review = world.waiting_review(context=MELLON)
    assert kept(world, review)

    end(world, review)

    left = str(row(world, review))
    assert "delivered_at" in left
    assert secret(review) not in left
    assert MELLON not in left


@both_forms
def test_no_index_has_the_task_token(world: World) -> None:
    review = world.waiting_review(due_at=world.clock.moment, context=MELLON)
    dynamodb = boto3.client("dynamodb")
    found: dict[str, Any] = {
        name: dynamodb.scan(TableName=world.table, IndexName=name)["Items"]
        for name in ("by_execution", "by_due")
    }

    assert {name: [it["review_id"]["S"] for it in items] for name, items in found.items()} == {
        "by_execution": [review.review_id],
        "by_due": [review.review_id],
    }
    assert secret(review) not in str(found)
    assert MELLON not in str(found)


@both_forms
@pytest.mark.parametrize("end", ENDINGS)
def test_no_log_and_no_announcement_has_the_task_token(
    world: World, caplog: pytest.LogCaptureFixture, end: Callable[[World, Review], None]
) -> None:
    caplog.set_level(logging.INFO)
    review = world.waiting_review(context=MELLON)

    end(world, review)

    logged = [str(vars(it)) for it in caplog.records] + [str(it) for it in world.announced()]
    assert len(logged) > 1
    everything = "\n".join(logged) + repr(world.story(review)) + repr(review)
    assert secret(review) not in everything
    assert MELLON not in everything
