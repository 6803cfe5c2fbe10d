"""Every kind of channel, against a scripted Slack."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3

from lambdas.domain.review.events import Announced, Event
from lambdas.domain.review.review import Review
from lambdas.domain.slack.bot import SlackBot
from lambdas.domain.slack.channel import BotChannel, Channel, WebhookChannel, WorkflowChannel
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.slack.notifier import Notifier
from lambdas.domain.store.slack_notes import SlackNotes
from tests.http_stub import Answer, Stub
from tests.lambdas.conftest import KEEP, World

Kind = Callable[[World, Stub], Notifier]
BEFORE = timedelta(hours=2)
"""The reminder configured for these channels."""


def posted_as(ts: str = "1.1") -> Answer:
    return Answer(body=json.dumps({"ok": True, "ts": ts, "channel": "C1"}).encode())


def notifier(
    world: World,
    channel: Channel,
    notices: SlackNotices | None = None,
    *,
    notes: str = "slack",
    is_escalation: bool = False,
) -> Notifier:
    """A notifier on the world's clock, so that waiting is instant."""
    return Notifier(
        channel=channel,
        notices=notices or SlackNotices(),
        notes=SlackNotes(
            boto3.client("dynamodb"),
            world.table,
            world.notes_table,
            world.audit_log,
            notes,
            keep=KEEP,
        ),
        reminders=(BEFORE,),
        is_escalation=is_escalation,
        now=world.clock,
        wait=lambda seconds: world.clock.advance(seconds=seconds),
    )


class Shy(SlackBot):
    """A bot that looks up no names, so that all its calls are messages."""

    def name_of(self, user_id: str) -> str:
        return ""


def bot_channel(
    world: World, slack: Stub, needed: int = 1, *, kind: type[SlackBot] = Shy
) -> Notifier:
    bot = kind(api_url=slack.url.removesuffix("/hook"), token="xoxb-secret", channel_id="C1")
    notices = SlackNotices(buttons=True, needed=needed)
    return notifier(world, BotChannel(bot=lambda: bot, notices=notices), notices)


def webhook_channel(world: World, slack: Stub, needed: int = 1) -> Notifier:
    notices = SlackNotices(needed=needed)
    channel = WebhookChannel(url=lambda: slack.url, notices=notices)
    return notifier(world, channel, notices, notes="webhook")


def escalation_channel(world: World, slack: Stub, needed: int = 1) -> Notifier:
    notices = SlackNotices(buttons=True, needed=needed)
    channel = WebhookChannel(url=lambda: slack.url, notices=notices)
    return notifier(world, channel, notices, notes="louder", is_escalation=True)


def workflow_channel(world: World, slack: Stub, needed: int = 1) -> Notifier:
    return notifier(world, WorkflowChannel(url=lambda: slack.url, needed=needed), notes="workflow")


def announced(event: Event, review: Review) -> Announced:
    before = BEFORE if event is Event.REMINDER else None
    return Announced(event=event, review_id=review.review_id, before=before)


def asked(slack: Stub) -> list[tuple[str, dict[str, Any]]]:
    return [(path.rsplit("/", 1)[-1], json.loads(body)) for _, path, body in slack.asked]


def notify_of(channel: Notifier, event: Event, review: Review, seconds_left: float = 10) -> None:
    channel.notify(announced(event, review), lambda: seconds_left)
