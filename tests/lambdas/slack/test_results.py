"""The result of an execution in the channel: in place by a bot, otherwise in a short message."""

import json
from typing import Any

import pytest

from lambdas.domain.lifecycle.end import announce_end as announce
from lambdas.domain.review.events import Announced, Event
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Decision, Outcome, Review, Status, Way
from lambdas.domain.slack.delivery import SlackDeliveryFailed
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.slack.notifier import DeliveryInProgress
from lambdas.domain.store.claims import claim
from tests.http_stub import Answer, Stub, http_stub
from tests.lambdas.conftest import NOW, World, make_review
from tests.lambdas.slack.channels import (
    Kind,
    asked,
    bot_channel,
    escalation_channel,
    notify_of,
    posted_as,
    webhook_channel,
    workflow_channel,
)
from tests.lambdas.slack.messages import decided, full_review, slack_message, text_objects, texts

DETAIL = "s3://b/published/1.csv (1,000 rows)"


@pytest.fixture
def review(world: World) -> Review:
    """A review that was approved."""
    review = make_review()
    world.add(review)
    decision = Decision(
        decision=Outcome.APPROVED, reviewer="ann", reason="why", via=Way.CLI, decided_at=NOW
    )
    announce(world.gate, claim(world.store, review.review_id, decision, needed=1, barred=()))
    return world.store.get(review.review_id)


def complete(world: World, result: Result, detail: str = DETAIL) -> Review:
    """Store the result as before its announcement."""
    review = world.store.get(make_review().review_id)
    assert world.store.complete(review, result, detail, world.clock(), world.clock())
    return world.store.get(review.review_id)


def notify(world: World, kind: Kind, slack: Stub, result: Result) -> None:
    announced = Announced(event=Event.COMPLETED, review_id=make_review().review_id, result=result)
    kind(world, slack).notify(announced, lambda: 10)


def test_a_bots_message_shows_the_decision_and_the_result_in_place(world: World) -> None:
    review = make_review()
    world.add(review)
    with http_stub(posted_as("7.1"), posted_as("7.1"), posted_as("7.1")) as slack:
        notify_of(bot_channel(world, slack), Event.REQUESTED, review)
        decision = Decision(
            decision=Outcome.APPROVED, reviewer="ann", reason="", via=Way.CLI, decided_at=NOW
        )
        announce(world.gate, claim(world.store, review.review_id, decision, needed=1, barred=()))
        notify_of(bot_channel(world, slack), Event.DECIDED, review)
        complete(world, Result.FAILED, "S3.NoSuchKey: gone")
        notify(world, bot_channel, slack, Result.FAILED)

    *_, (method, message) = asked(slack)
    assert (method, message["ts"]) == ("chat.update", "7.1")
    shown = json.dumps(message)
    assert "*Approved*" in shown
    assert "Failed after approval: S3.NoSuchKey: gone" in shown.replace("*", "")


@pytest.mark.parametrize("kind", [webhook_channel, bot_channel])
def test_the_result_is_a_short_message_if_none_can_be_updated(
    world: World, review: Review, kind: Kind
) -> None:
    complete(world, Result.SUCCEEDED)
    with http_stub(posted_as()) as slack:
        notify(world, kind, slack, Result.SUCCEEDED)

    [(_, message)] = asked(slack)
    assert message["text"].startswith(f"Published: {DETAIL} in dev: ")
    assert [block["type"] for block in message["blocks"]] == ["section", "section", "context"]
    assert review.review_id in json.dumps(message)
    assert "approve?" not in json.dumps(message), "no link key where nothing is to be decided"


def test_a_workflow_gets_the_result_as_variables(world: World, review: Review) -> None:
    complete(world, Result.TIMED_OUT, "")
    with http_stub(Answer()) as slack:
        notify(world, workflow_channel, slack, Result.TIMED_OUT)

    [(_, variables)] = asked(slack)
    assert (variables["event"], variables["result"]) == ("review.completed", "timed_out")
    assert variables["summary"].startswith("Timed out after approval in dev: ")


@pytest.mark.parametrize("kind", [webhook_channel, bot_channel, workflow_channel])
def test_each_result_is_shown_once_and_only_if_the_row_has_it(
    world: World, review: Review, kind: Kind
) -> None:
    with http_stub(posted_as(), posted_as(), posted_as(), posted_as()) as slack:
        notify(world, kind, slack, Result.FAILED)
        assert slack.asked == []
        complete(world, Result.FAILED)
        for _ in range(2):
            notify(world, kind, slack, Result.FAILED)
            notify(world, kind, slack, Result.SUCCEEDED)
        assert len(slack.asked) == 1
        complete(world, Result.SUCCEEDED)  # the execution was redriven
        for _ in range(2):
            notify(world, kind, slack, Result.SUCCEEDED)

    assert len(slack.asked) == 2


def test_the_escalation_channel_gets_no_result_of_an_unescalated_review(
    world: World, review: Review
) -> None:
    complete(world, Result.FAILED)
    with http_stub() as slack:
        notify(world, escalation_channel, slack, Result.FAILED)

    assert slack.asked == []


def test_a_result_is_posted_after_the_decision(world: World, review: Review) -> None:
    complete(world, Result.SUCCEEDED)
    with http_stub(posted_as()) as slack:
        channel = webhook_channel(world, slack)
        decision = Announced(event=Event.DECIDED, review_id=review.review_id)
        taken, _ = channel.notes.take(decision, world.clock())
        assert taken
        announced = Announced(
            event=Event.COMPLETED, review_id=review.review_id, result=Result.SUCCEEDED
        )
        with pytest.raises(DeliveryInProgress):
            channel.notify(announced, lambda: 9)
        assert slack.asked == []
        channel.notes.settle(taken, review, world.clock(), "it stands")
        channel.notify(announced, lambda: 9)

    assert len(slack.asked) == 1


def test_a_result_that_slack_rejects_can_be_posted_again(world: World, review: Review) -> None:
    complete(world, Result.SUCCEEDED)
    with http_stub(Answer(404, b"no_service"), posted_as()) as slack:
        with pytest.raises(SlackDeliveryFailed):
            notify(world, webhook_channel, slack, Result.SUCCEEDED)
        notify(world, webhook_channel, slack, Result.SUCCEEDED)

    assert len(slack.asked) == 2


HOSTILE = "<!channel> *bold* <https://evil.example|Approve> `x`"


@pytest.mark.parametrize("event", [Event.DECIDED, Event.COMPLETED])
def test_text_from_the_host_is_never_markup(event: Event) -> None:
    facts: dict[str, Any] = decided() | {"result": Result.FAILED, "result_detail": HOSTILE}
    review = full_review(**facts)

    for message in (slack_message(event, review), SlackNotices().outcome(review)):
        assert "<!channel>" not in message["text"]
        for text in text_objects(message["blocks"]):
            assert text["type"] == "plain_text" or "evil" not in text["text"]


def test_no_result_is_shown_before_the_execution_ends() -> None:
    facts: dict[str, Any] = decided()
    assert Status.APPROVED is facts["status"]
    shown = " ".join(texts(slack_message(Event.DECIDED, full_review(**facts))))

    assert "Published" not in shown
    assert "Execution" not in shown
