"""Each message is posted once, however often its event is delivered."""

import itertools
import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.lifecycle.end import end
from lambdas.domain.review.events import Event
from lambdas.domain.review.failure import AnnouncedFailure
from lambdas.domain.review.review import Review, Status
from lambdas.domain.slack.bot import Posted
from lambdas.domain.slack.channel import BotChannel
from lambdas.domain.slack.delivery import SlackDeliveryFailed, SlackResponse, Unconfirmed
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.slack.notifier import DeliveryInProgress, Notifier
from lambdas.domain.store.slack_notes import LEASE
from tests.http_stub import Answer, http_stub
from tests.lambdas.conftest import (
    KEEP,
    World,
    before_each_call,
    make_failure,
    make_review,
    new_review_id,
)
from tests.lambdas.slack.channels import (
    BEFORE,
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
from tests.lambdas.turns import Killed, Turns

IN_ANY_ORDER = settings(max_examples=settings().max_examples // 5)
KINDS = [webhook_channel, workflow_channel, bot_channel]


def stored(world: World) -> Review:
    """A review that is due for its reminder, in its own channel."""
    review = make_review(review_id=new_review_id(), deadline=world.clock.moment + BEFORE)
    world.add(review)
    return review


@dataclass
class Wall:
    """A channel for a bot or a webhook: messages by their `ts`."""

    step: Callable[[], object] = lambda: None
    shown: dict[str, str] = field(default_factory=dict[str, str])
    fails: list[Exception] = field(default_factory=list[Exception])

    def post(self, message: Any, _: object, thread: str = "") -> Posted:
        self._before()
        ts = f"{len(self.shown)}.1"
        self.shown[ts] = json.dumps(message)
        return Posted(1, ts)

    def update(self, ts: str, message: Any, _: object) -> Posted:
        self._before()
        self.shown[ts] = json.dumps(message)
        return Posted(1, ts)

    def name_of(self, _: str) -> str:
        self.step()
        return "Kim"

    def _before(self) -> None:
        self.step()
        if self.fails:
            raise self.fails.pop()

    def containing(self, words: str) -> list[str]:
        return [text for text in self.shown.values() if words in text]


@dataclass
class WallWebhook:
    """A webhook, which can post but not update."""

    wall: Wall
    notices: SlackNotices

    def post(self, announced: Any, standing: Any, now: Any, seconds_left: Any) -> Posted:
        message = self.notices.notice(announced.event, standing.review, now)
        return Posted(self.wall.post(message, seconds_left).tries)

    def post_failure(self, failure: Any, seconds_left: Any) -> Posted:
        return self.wall.post(self.notices.failure(failure), seconds_left)


def on(wall: Wall, world: World, *, bot: bool) -> Notifier:
    notices = SlackNotices(buttons=True)
    if not bot:
        return notifier(world, WallWebhook(wall, notices), notices)
    return notifier(world, BotChannel(bot=lambda: cast("Any", wall), notices=notices), notices)


LIVE = '"actions"'
SAYS = {
    Event.REQUESTED: "Decision needed",
    Event.REMINDER: "Reminder",
    Event.CANCELLED: "*Cancelled*",
}


@pytest.mark.parametrize("bot", [False, True], ids=["webhook", "bot"])
@pytest.mark.parametrize("event", SAYS)
def test_one_of_concurrent_deliveries_posts_in_any_order(
    world: World, monkeypatch: pytest.MonkeyPatch, event: Event, bot: bool
) -> None:
    @IN_ANY_ORDER
    @given(data=st.data())
    def in_any_order(data: st.DataObject) -> None:
        review = stored(world)
        if event is Event.CANCELLED:
            end(world.gate, review, Status.CANCELLED, "why")
        turns = Turns(lambda alive: data.draw(st.sampled_from(list(alive))))
        wall = Wall(turns.step)
        deliveries = [deliver(on(wall, world, bot=bot), event, review, turns) for _ in range(3)]

        with before_each_call(monkeypatch, turns.step):
            turns.run(*deliveries)

        assert len(wall.shown) == len(wall.containing(SAYS[event])) == 1
        assert delivery_entries(world, review) == [f"{event}, 1 try"]

    in_any_order()


@pytest.mark.parametrize("bot", [False, True], ids=["webhook", "bot"])
def test_one_of_concurrent_deliveries_posts_a_failure_in_any_order(
    world: World, monkeypatch: pytest.MonkeyPatch, bot: bool
) -> None:
    @IN_ANY_ORDER
    @given(data=st.data())
    def in_any_order(data: st.DataObject) -> None:
        failure = make_failure(failure_id=new_review_id())
        world.notes.add_failure(failure, KEEP)
        announced = AnnouncedFailure(review_id=failure.failure_id)
        turns = Turns(lambda alive: data.draw(st.sampled_from(list(alive))))
        wall = Wall(turns.step)
        channels = [on(wall, world, bot=bot) for _ in range(3)]
        for one in channels:
            object.__setattr__(one, "wait", turns.step)

        with before_each_call(monkeypatch, turns.step):
            turns.run(*(partial(one.notify, announced, lambda: 60) for one in channels))

        assert len(wall.shown) == len(wall.containing("Execution failed")) == 1

    in_any_order()


def deliver(one: Notifier, event: Event, review: Review, turns: Turns) -> Callable[[], None]:
    """A delivery that runs others while it waits."""
    object.__setattr__(one, "wait", turns.step)
    return lambda: notify_of(one, event, review, 60)


def delivery_entries(world: World, review: Review) -> list[str]:
    return [why for event, _, _, why in world.story(review) if event == "review.notified"]


@pytest.mark.parametrize("bot", [False, True], ids=["webhook", "bot"])
def test_a_review_that_ends_while_it_is_requested_is_ended_once_and_after_its_request(
    world: World, monkeypatch: pytest.MonkeyPatch, bot: bool
) -> None:
    @IN_ANY_ORDER
    @given(data=st.data())
    def in_any_order(data: st.DataObject) -> None:
        review = stored(world)
        turns = Turns(lambda alive: data.draw(st.sampled_from(list(alive))))
        wall = Wall(turns.step)

        def request() -> Callable[[], None]:
            return deliver(on(wall, world, bot=bot), Event.REQUESTED, review, turns)

        def ends() -> None:
            end(world.gate, review, Status.CANCELLED, "why")
            deliver(on(wall, world, bot=bot), Event.CANCELLED, review, turns)()

        with before_each_call(monkeypatch, turns.step):
            turns.run(request(), request(), ends)

        assert len(wall.containing("*Cancelled*")) == 1
        assert len(wall.containing(LIVE)) <= (0 if bot else 1)
        assert "*Cancelled*" in list(wall.shown.values())[-1]
        assert len(wall.shown) <= (1 if bot else 2)

    in_any_order()


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_delivery_posts_nothing_however_late(world: World, kind: Kind) -> None:
    review = stored(world)
    with http_stub(posted_as()) as slack:
        channel = kind(world, slack)
        for event, later in itertools.product(
            (Event.REQUESTED, Event.REMINDER), (timedelta(0), 2 * LEASE)
        ):
            world.clock.moment += later
            notify_of(channel, event, review)
        end(world.gate, review, Status.CANCELLED, "why")
        for later in (timedelta(0), 2 * LEASE, timedelta(days=1)):
            world.clock.moment += later
            notify_of(channel, Event.CANCELLED, review)

    assert len(slack.asked) == 3


def test_each_reminder_and_the_escalation_channel_have_separate_notes(world: World) -> None:
    review = stored(world)
    boto3.client("dynamodb").update_item(
        TableName=world.table,
        Key={"review_id": {"S": review.review_id}},
        UpdateExpression="SET escalating_at = :now",
        ExpressionAttributeValues={":now": {"S": "2026-11-22T14:05:09Z"}},
    )
    with http_stub(posted_as()) as slack, http_stub(Answer()) as louder:
        notify_of(bot_channel(world, slack), Event.REMINDER, review)
        for _ in range(2):
            notify_of(escalation_channel(world, louder), Event.ESCALATED, review)
        end(world.gate, review, Status.CANCELLED, "why")
        for _ in range(2):
            notify_of(escalation_channel(world, louder), Event.CANCELLED, review)
            notify_of(bot_channel(world, slack), Event.CANCELLED, review)

    assert (len(slack.asked), len(louder.asked)) == (2, 2)
    assert world.notes.about(review.review_id).keys() - {"review_id", "requester"} == {
        "slack_reminder_7200",
        "slack_cancelled",
        "louder_escalated",
        "louder_cancelled",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_slow_slack_gets_the_message_once(world: World, kind: Kind) -> None:
    review = stored(world)
    answered = threading.Event()
    slow = posted_as()
    slow.hold = answered
    with http_stub(slow) as slack:
        threading.Timer(0.2, answered.set).start()
        notify_of(kind(world, slack), Event.REQUESTED, review, 30)
        notify_of(kind(world, slack), Event.REQUESTED, review)

    assert len(slack.asked) == 1
    assert delivery_entries(world, review) == ["review.requested, 1 try"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_delivery_without_a_response_raises_an_alarm_and_the_review_continues(
    world: World, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    review = stored(world)
    over = threading.Event()
    never = posted_as()
    never.hold = over
    with http_stub(never) as slack:
        notify_of(kind(world, slack), Event.REQUESTED, review, 0)
        notify_of(kind(world, slack), Event.REQUESTED, review)
        over.set()

    assert len(slack.asked) == 1
    assert world.story(review)[-1][::3] == (
        "review.not_notified",
        "review.requested: Slack did not respond after 1 try; the message may have been posted",
    )
    [rung] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert vars(rung)["event"] == "message.undelivered"
    assert review.link_key not in str(vars(rung))
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize("kind", [webhook_channel, bot_channel])
def test_after_an_unconfirmed_request_later_events_are_separate_messages(
    world: World, kind: Kind
) -> None:
    review = stored(world)
    over = threading.Event()
    never = posted_as()
    never.hold = over
    with http_stub(never, posted_as("2.2")) as slack:
        notify_of(kind(world, slack), Event.REQUESTED, review, 0)
        over.set()
        end(world.gate, review, Status.CANCELLED, "why")
        notify_of(kind(world, slack), Event.CANCELLED, review)

    assert [method for method, _ in asked(slack)] in (["hook"] * 2, ["chat.postMessage"] * 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_that_slack_refused_may_be_posted_by_the_next_attempt(
    world: World, kind: Kind
) -> None:
    review = stored(world)
    with http_stub(Answer(404, b"no_service"), posted_as()) as slack:
        with pytest.raises(SlackDeliveryFailed):
            notify_of(kind(world, slack), Event.REQUESTED, review)
        notify_of(kind(world, slack), Event.REQUESTED, review)

    assert len(slack.asked) == 2
    assert delivery_entries(world, review) == ["review.requested, 1 try"]


CALLS = {
    False: ["take", "look", "post", "settle"],
    True: ["take", "look", "post", "name", "settle"],
}
"""AWS calls of a webhook's function and a bot's."""


@pytest.mark.parametrize(
    ("bot", "killed_before"), [(bot, call) for bot, calls in CALLS.items() for call in calls]
)
@pytest.mark.parametrize("comes", [timedelta(seconds=1), LEASE + timedelta(seconds=1)])
def test_a_message_whose_function_was_killed_is_posted_by_the_next_and_at_most_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, killed_before: str, comes: timedelta, bot: bool
) -> None:
    review = stored(world)
    steps = itertools.count()

    def step(*_: object) -> None:
        if next(steps) == CALLS[bot].index(killed_before):
            raise Killed

    wall = Wall(step)
    with before_each_call(monkeypatch, step), pytest.raises(Killed):
        notify_of(on(wall, world, bot=bot), Event.REQUESTED, review)
    wall.step = lambda: None
    began = world.clock.moment
    world.clock.moment += comes

    notify_of(on(wall, world, bot=bot), Event.REQUESTED, review)

    may_stand = killed_before in ("name", "settle")
    assert len(wall.shown) == 1 + may_stand
    assert delivery_entries(world, review) == ["review.requested, 1 try"]
    assert world.clock.moment - began <= LEASE + timedelta(seconds=5), "it waits no longer"


def test_a_delivery_in_progress_elsewhere_is_retried_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = stored(world)
    wall = Wall()

    def while_it_posts() -> None:
        wall.step = lambda: None
        with pytest.raises(DeliveryInProgress):
            notify_of(on(wall, world, bot=False), Event.REQUESTED, review, 5)

    wall.step = while_it_posts
    notify_of(on(wall, world, bot=False), Event.REQUESTED, review)

    assert len(wall.shown) == 1


@pytest.mark.parametrize(
    ("fails", "stands"),
    [
        ([SlackDeliveryFailed(SlackResponse(404, "no_service"), 1)], 1),
        ([Unconfirmed(1)], 0),
        ([KeyError("ours")], 1),
    ],
    ids=["refused", "no answer", "our own mistake"],
)
def test_a_note_is_released_if_posting_failed_and_kept_if_unconfirmed(
    world: World, fails: Sequence[Exception], stands: int
) -> None:
    review = stored(world)
    wall = Wall(fails=list(fails))
    for _ in range(3):
        with suppress(SlackDeliveryFailed, KeyError):
            notify_of(on(wall, world, bot=True), Event.REQUESTED, review)

    assert len(wall.shown) == stands


def test_a_note_that_cannot_be_settled_does_not_repeat_the_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = stored(world)
    wall = Wall()

    def broken(operation: str, _: object) -> None:
        if operation == "ExecuteTransaction":
            raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)

    with before_each_call(monkeypatch, broken):
        notify_of(on(wall, world, bot=True), Event.REQUESTED, review)

    assert len(wall.shown) == 1


def test_a_reminder_is_posted_after_its_request_as_a_reply(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    @IN_ANY_ORDER
    @given(data=st.data())
    def in_any_order(data: st.DataObject) -> None:
        review = stored(world)
        turns = Turns(lambda alive: data.draw(st.sampled_from(list(alive))))
        wall = Wall(turns.step)
        events = (Event.REQUESTED, Event.REMINDER)
        both = [deliver(on(wall, world, bot=True), event, review, turns) for event in events]

        with before_each_call(monkeypatch, turns.step):
            turns.run(*both)

        assert len(wall.containing(SAYS[Event.REQUESTED])) == 1
        assert len(wall.containing(SAYS[Event.REMINDER])) == 1

    in_any_order()
