"""Both kinds of channel, before a Slack that answers as scripted."""

import json
from typing import Any

import boto3

from lambdas.shared.lifecycle.announcements import announcement
from lambdas.shared.review.events import ASKING, Event
from lambdas.shared.review.review import Review
from lambdas.shared.slack.bot import SlackBot
from lambdas.shared.slack.channel import BotChannel, WebhookChannel
from lambdas.shared.slack.notices import SlackNotices
from lambdas.shared.store.slack_messages import SlackMessages
from tests.http_stub import Answer, Stub
from tests.lambdas.conftest import NOW, World

Channel = BotChannel | WebhookChannel


def took(ts: str = "1.1") -> Answer:
    return Answer(body=json.dumps({"ok": True, "ts": ts, "channel": "C1"}).encode())


def slack_messages(world: World) -> SlackMessages:
    return SlackMessages(boto3.client("dynamodb"), world.table)


def bot_channel(world: World, slack: Stub) -> BotChannel:
    bot = SlackBot(api_url=slack.url.removesuffix("/hook"), token="xoxb-secret", channel_id="C1")
    return BotChannel(
        bot=lambda: bot, notices=SlackNotices(buttons=True), messages=slack_messages(world)
    )


def webhook_channel(world: World, slack: Stub) -> WebhookChannel:
    return WebhookChannel(
        url=lambda: slack.url, notices=SlackNotices(), messages=slack_messages(world)
    )


def told(event: Event, review: Review) -> dict[str, str]:
    return announcement(event, review, "2 hours" if event in ASKING else "")


def asked(slack: Stub) -> list[tuple[str, dict[str, Any]]]:
    return [(path.rsplit("/", 1)[-1], json.loads(body)) for _, path, body in slack.asked]


def tell(channel: Channel, event: Event, review: Review) -> int:
    return channel.tell(told(event, review), NOW, lambda: 10)
