"""What a channel is told: by a webhook, or by a bot that closes its message where it stands."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from lambdas.shared.lifecycle.tell import end
from lambdas.shared.review.events import ASKING, Event
from lambdas.shared.review.review import Review, Status
from lambdas.shared.slack.bot import api_of
from lambdas.shared.slack.channel import NOT_SENT, BotChannel
from lambdas.shared.slack.delivery import SlackDeliveryFailed
from lambdas.shared.slack.notices import SlackNotices
from lambdas.shared.store.slack_messages import SlackMessages
from tests.http_stub import Answer, http_stub
from tests.lambdas.channels import (
    asked,
    bot_channel,
    slack_messages,
    tell,
    told,
    took,
    webhook_channel,
)
from tests.lambdas.conftest import NOW, World, make_review

ENDINGS = (Event.DECIDED, Event.EXPIRED, Event.CANCELLED, Event.UNDELIVERED)


def said_no(error: str) -> Answer:
    return Answer(body=json.dumps({"ok": False, "error": error}).encode())


@pytest.fixture
def review(world: World) -> Review:
    review = make_review()
    world.add(review)
    return review


def cancel(world: World, review: Review) -> None:
    end(world.gate, review, Status.CANCELLED, "why")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_bot_asks_once_reminds_in_the_thread_and_closes_the_message(
    world: World, review: Review, ending: Event
) -> None:
    with http_stub(took("1.1"), took("2.2"), took("1.1")) as slack:
        channel = bot_channel(world, slack)
        tell(channel, Event.REQUESTED, review)
        tell(channel, Event.REMINDER, review)
        cancel(world, review)
        tell(channel, ending, review)

    [(post, request), (again, reminder), (update, closed)] = asked(slack)
    assert (post, again, update) == ("chat.postMessage", "chat.postMessage", "chat.update")
    assert {it["channel"] for it in (request, reminder, closed)} == {"C1"}
    assert '"actions"' in json.dumps(request)
    assert (reminder["thread_ts"], reminder["reply_broadcast"]) == ("1.1", True)
    assert "2 hours left" in reminder["text"]
    assert (closed["ts"], '"actions"' in json.dumps(closed)) == ("1.1", False)
    assert "*Flagged" not in closed["text"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_webhook_tells_an_ending_in_a_message_of_its_own(
    world: World, review: Review, ending: Event
) -> None:
    with http_stub(Answer()) as slack:
        channel = webhook_channel(world, slack)
        for event in ASKING:
            tell(channel, event, review)
        cancel(world, review)
        tell(channel, ending, review)

    assert len(slack.asked) == 4
    assert "review 01234567" in json.dumps(asked(slack)[-1][1])


@pytest.mark.parametrize("event", ASKING)
@pytest.mark.parametrize("kind", [bot_channel, webhook_channel])
@pytest.mark.parametrize("over", ["ended", "past its deadline", "unknown"])
def test_nobody_is_asked_after_the_end(
    world: World, review: Review, event: Event, kind: Any, over: str
) -> None:
    now = NOW
    if over == "ended":
        cancel(world, review)
    elif over == "unknown":
        review = make_review(review_id="f" * 32)
    else:
        now = review.deadline
    with http_stub(took()) as slack:
        assert kind(world, slack).tell(told(event, review), now, lambda: 10) == NOT_SENT

    assert slack.asked == []


def test_a_second_try_does_not_ask_twice(world: World, review: Review) -> None:
    with http_stub(took()) as slack:
        channel = bot_channel(world, slack)
        assert tell(channel, Event.REQUESTED, review) == 1
        assert tell(channel, Event.REQUESTED, review) == NOT_SENT

    assert len(slack.asked) == 1


def test_a_review_that_ended_while_its_request_was_posted_is_closed_at_once(
    world: World, review: Review
) -> None:
    class EndsMeanwhile(SlackMessages):
        def remember(self, review_id: str, ts: str) -> None:
            super().remember(review_id, ts)
            cancel(world, review)

    with http_stub(took()) as slack:
        channel = BotChannel(
            bot=bot_channel(world, slack).bot,
            notices=SlackNotices(),
            messages=EndsMeanwhile(boto3.client("dynamodb"), world.table),
        )
        tell(channel, Event.REQUESTED, review)

    [(_, request), (method, closed)] = asked(slack)
    assert '"actions"' in json.dumps(request)
    assert (method, closed["ts"], '"actions"' in json.dumps(closed)) == (
        "chat.update",
        "1.1",
        False,
    )


@pytest.mark.parametrize(
    "error", ["message_not_found", "cant_update_message", "edit_window_closed"]
)
def test_where_the_message_cannot_be_changed_the_ending_is_a_new_one(
    world: World, review: Review, error: str
) -> None:
    with http_stub(took(), said_no(error), took("3.3")) as slack:
        channel = bot_channel(world, slack)
        tell(channel, Event.REQUESTED, review)
        cancel(world, review)
        tell(channel, Event.CANCELLED, review)

    assert [method for method, _ in asked(slack)] == [
        "chat.postMessage",
        "chat.update",
        "chat.postMessage",
    ]


@pytest.mark.parametrize("error", ["not_in_channel", "invalid_auth", "channel_not_found"])
def test_a_refusal_is_told_with_slacks_own_word_and_without_the_token(
    world: World, review: Review, error: str
) -> None:
    with http_stub(said_no(error)) as slack, pytest.raises(SlackDeliveryFailed) as refused:
        tell(bot_channel(world, slack), Event.REQUESTED, review)

    assert error in str(refused.value)
    assert "xoxb" not in repr(refused.value)
    assert len(slack.asked) == 1


@pytest.mark.parametrize(
    "passing",
    [
        said_no("ratelimited"),
        said_no("internal_error"),
        Answer(429, b'{"ok":false,"error":"ratelimited"}', {"Retry-After": "0"}),
        Answer(200, b"<html>"),
    ],
)
def test_what_may_pass_is_tried_again(world: World, review: Review, passing: Answer) -> None:
    with http_stub(passing, took()) as slack:
        assert tell(bot_channel(world, slack), Event.REQUESTED, review) == 2

    assert slack_messages(world).of(review.review_id, NOW).ts == "1.1"


@pytest.mark.parametrize(
    ("webhook", "api"),
    [
        ("https://hooks.slack.com/services/T/B/x", "https://slack.com/api"),
        ("https://hooks.slack-gov.com/services/T/B/x", "https://slack-gov.com/api"),
        ("http://127.0.0.1:4567/services/dev", "http://127.0.0.1:4567/api"),
    ],
)
def test_the_web_api_is_beside_the_webhook(webhook: str, api: str) -> None:
    assert api_of(webhook) == api


def test_a_standing_reads_neither_token_nor_storage_place(
    world: World, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("dynamodb")
    seen: list[Any] = []
    original: Any = client.get_item

    def noted(**request: Any) -> Any:
        answer = original(**request)
        seen.append(answer)
        return answer

    monkeypatch.setattr(client, "get_item", noted)
    SlackMessages(client, world.table).of(review.review_id, NOW)

    assert set(seen[0]["Item"]) == {"status", "deadline"}


def test_a_message_is_remembered_for_no_review_that_is_not_there(world: World) -> None:
    client = boto3.client("dynamodb")
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        SlackMessages(client, world.table).remember("f" * 32, "1.1")


def test_the_deadline_ends_the_asking(world: World, review: Review) -> None:
    one = slack_messages(world)

    assert one.of(review.review_id, review.deadline - timedelta(seconds=1)).waiting
    assert not one.of(review.review_id, review.deadline).waiting
