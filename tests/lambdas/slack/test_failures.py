"""A failed execution without a review in the channel: once, and only if it is stored."""

import json
import logging
from dataclasses import replace
from typing import Any, cast

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import failure_announcement
from lambdas.domain.review.events import Event
from lambdas.domain.review.failure import AnnouncedFailure, Failure
from lambdas.domain.review.results import Result
from lambdas.domain.slack.channel import Channel, WebhookChannel
from lambdas.domain.slack.delivery import SlackDeliveryFailed, Unconfirmed
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.slack.notifier import DeliveryInProgress, Notifier
from tests.http_stub import Answer, http_stub
from tests.lambdas.conftest import KEEP, World, make_failure, make_review
from tests.lambdas.slack.channels import (
    Kind,
    asked,
    bot_channel,
    escalation_channel,
    notifier,
    notify_of,
    posted_as,
    webhook_channel,
    workflow_channel,
)
from tests.lambdas.slack.messages import text_objects

ANNOUNCED = AnnouncedFailure(review_id=make_failure().failure_id)


@pytest.fixture
def failure(world: World) -> Failure:
    """A stored failure."""
    failure = make_failure()
    world.notes.add_failure(failure, KEEP)
    return failure


def notify(channel: Notifier, seconds_left: float = 10) -> None:
    channel.notify(ANNOUNCED, lambda: seconds_left)


def row(world: World, review_id: str = ANNOUNCED.review_id) -> dict[str, Any] | None:
    found = boto3.client("dynamodb").get_item(
        TableName=world.notes_table, Key={"review_id": {"S": review_id}}
    )
    return cast("dict[str, Any] | None", found.get("Item"))


@pytest.mark.parametrize("kind", [webhook_channel, bot_channel])
def test_the_failure_is_a_short_message(world: World, failure: Failure, kind: Kind) -> None:
    with http_stub(posted_as()) as slack:
        notify(kind(world, slack))

    [(_, message)] = asked(slack)
    assert message["text"] == f"Execution failed in dev: {failure.detail}"
    headline, detail, small_print = message["blocks"]
    assert headline["text"]["text"] == ":warning: *Execution failed* in `dev`"
    assert (detail["text"]["type"], detail["text"]["text"]) == ("plain_text", failure.detail)
    assert [it["text"] for it in small_print["elements"]] == [
        "No review was requested",
        "flow:run-1",
    ]
    assert message["unfurl_links"] is False


@pytest.mark.parametrize(
    ("machine", "shown"),
    [
        ("signoff-workflow-machine-1a2b3c4", "signoff-workflow-machine-1a2b3c4"),
        ("m" * 80, f"…{'m' * 34}"),
    ],
    ids=["whole", "cut"],
)
def test_a_long_name_of_an_execution_is_visibly_cut_and_keeps_its_end(
    failure: Failure, machine: str, shown: str
) -> None:
    run = "0123456789abcdef" * 4
    arn = f"arn:aws:states:eu-central-1:111122223333:execution:{machine}:{run}"
    message = SlackNotices().failure(replace(failure, execution_arn=arn))
    assert message["blocks"][2]["elements"][1]["text"] == f"{shown}:{run}"


def test_a_workflow_gets_the_failure_as_variables(world: World, failure: Failure) -> None:
    with http_stub(Answer()) as slack:
        notify(workflow_channel(world, slack))

    assert [variables for _, variables in asked(slack)] == [failure_announcement(failure)]


@pytest.mark.parametrize("kind", [webhook_channel, bot_channel, workflow_channel])
def test_the_failure_is_posted_once(world: World, failure: Failure, kind: Kind) -> None:
    with http_stub(posted_as(), posted_as()) as slack:
        for _ in range(3):
            notify(kind(world, slack))

    assert len(slack.asked) == 1


@pytest.mark.parametrize("kind", [webhook_channel, bot_channel, workflow_channel])
def test_nothing_is_posted_or_stored_without_the_failure(
    world: World, kind: Kind, aws_calls: list[str]
) -> None:
    with http_stub() as slack:
        channel = kind(world, slack)
        aws_calls.clear()
        notify(channel)

    assert slack.asked == []
    assert aws_calls == ["GetItem"]


def test_an_announced_failure_with_the_id_of_a_review_changes_nothing(world: World) -> None:
    review = make_review()
    world.add(review)
    with http_stub(posted_as()) as slack:
        notify_of(bot_channel(world, slack), Event.REQUESTED, review)
        before = row(world, review.review_id)
        forged = AnnouncedFailure(review_id=review.review_id)
        bot_channel(world, slack).notify(forged, lambda: 10)

    assert len(slack.asked) == 1
    assert before
    assert row(world, review.review_id) == before


def test_an_announced_review_with_the_id_of_a_failure_hides_nothing(
    world: World, failure: Failure
) -> None:
    review = make_review(review_id=failure.failure_id)  # which is not stored
    with http_stub(posted_as()) as slack:
        notify_of(webhook_channel(world, slack), Event.REQUESTED, review)
        assert slack.asked == []
        notify(webhook_channel(world, slack))
        notify_of(webhook_channel(world, slack), Event.DECIDED, review)
        notify(webhook_channel(world, slack))

    assert len(slack.asked) == 1


def test_the_escalation_channel_gets_no_failure(world: World, failure: Failure) -> None:
    before = row(world)
    with http_stub() as slack:
        notify(escalation_channel(world, slack))

    assert slack.asked == []
    assert row(world) == before


def test_a_failure_that_slack_rejects_can_be_posted_again(world: World, failure: Failure) -> None:
    with http_stub(Answer(404, b"no_service"), posted_as()) as slack:
        with pytest.raises(SlackDeliveryFailed):
            notify(webhook_channel(world, slack))
        notify(webhook_channel(world, slack))

    assert len(slack.asked) == 2


def test_a_failure_that_may_be_posted_is_logged_and_not_posted_again(
    world: World, failure: Failure, caplog: pytest.LogCaptureFixture
) -> None:
    class Silent(WebhookChannel):
        def post_failure(self, failure: Failure, seconds_left: object) -> Any:
            raise Unconfirmed(1)

    with http_stub() as slack:
        silent: Channel = Silent(url=lambda: slack.url, notices=SlackNotices())
        notify(notifier(world, silent))
        notify(bot_channel(world, slack))

    assert slack.asked == []
    [line] = [vars(it) for it in caplog.records if it.levelno == logging.ERROR]
    assert (line["event"], line["review_id"]) == ("message.undelivered", failure.failure_id)
    assert line["why"].startswith("execution.failed: Slack did not respond")


def test_a_delivery_waits_for_another_one_in_progress(world: World, failure: Failure) -> None:
    with http_stub(posted_as()) as slack:
        channel = webhook_channel(world, slack)
        taken, _ = channel.notes.take(ANNOUNCED, world.clock())
        assert taken
        with pytest.raises(DeliveryInProgress):
            notify(channel, 9)
        assert slack.asked == []
        channel.notes.release(taken)
        notify(channel, 9)

    assert len(slack.asked) == 1


@pytest.mark.parametrize(
    "damaged", ["{", "[]", "{}", '{"failure_id": "failurefailurefa"}', "[" * 100_000]
)
def test_a_damaged_failure_is_logged_and_not_posted(
    world: World, damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    item = {"review_id": {"S": ANNOUNCED.review_id}, "failure": {"S": damaged}}
    boto3.client("dynamodb").put_item(TableName=world.notes_table, Item=item)
    with http_stub() as slack:
        notify(webhook_channel(world, slack))

    assert slack.asked == []
    logged = [(it.message, vars(it)["attribute"]) for it in caplog.records]
    assert logged == [("row.unreadable", "failure")]


HOSTILE = "<!channel> *bold* <https://evil.example|Approve> `x` " * 9


def test_text_from_the_host_is_never_markup() -> None:
    arn = f"arn:aws:states:eu-central-1:123456789012:execution:flow:{HOSTILE}"
    message = SlackNotices().failure(make_failure(detail=HOSTILE, execution_arn=arn))

    assert "<!channel>" not in message["text"]
    for text in text_objects(message["blocks"]):
        assert text["type"] == "plain_text" or "evil" not in text["text"]


@pytest.mark.parametrize(
    ("result", "headline"),
    [
        (Result.TIMED_OUT, ":warning: *Execution timed out* in :red_circle: *PROD*"),
        (Result.ABORTED, ":warning: *Execution stopped* in :red_circle: *PROD*"),
    ],
)
def test_production_stands_out_and_an_unknown_cause_is_left_out(
    result: Result, headline: str
) -> None:
    message = SlackNotices().failure(make_failure(stage="prod", result=result, detail=""))

    assert json.dumps(message["blocks"][0]).count(headline) == 1
    assert [block["type"] for block in message["blocks"]] == ["section", "context"]
