"""Both kinds of channel, before a Slack that answers as scripted."""

import json
from typing import Any

import boto3

from lambdas.shared.announcements import announcement
from lambdas.shared.record import ASKING, Event
from lambdas.shared.reviews import Review
from lambdas.shared.slack_bot import SlackBot
from lambdas.shared.slack_channel import BotChannel, WebhookChannel
from lambdas.shared.slack_notices import SlackNotices
from lambdas.shared.slack_standing import SlackStandings
from tests.http_stub import Answer, Stub
from tests.lambdas.conftest import NOW, World

Channel = BotChannel | WebhookChannel


def took(ts: str = "1.1") -> Answer:
    return Answer(body=json.dumps({"ok": True, "ts": ts, "channel": "C1"}).encode())


def standings(world: World) -> SlackStandings:
    return SlackStandings(boto3.client("dynamodb"), world.table)


def bot_channel(world: World, slack: Stub) -> BotChannel:
    bot = SlackBot(api_url=slack.url.removesuffix("/hook"), token="xoxb-secret", channel_id="C1")
    return BotChannel(
        bot=lambda: bot, notices=SlackNotices(buttons=True), standings=standings(world)
    )


def webhook_channel(world: World, slack: Stub) -> WebhookChannel:
    return WebhookChannel(url=lambda: slack.url, notices=SlackNotices(), standings=standings(world))


def told(event: Event, review: Review) -> dict[str, str]:
    return announcement(event, review, "2 hours" if event in ASKING else "")


def asked(slack: Stub) -> list[tuple[str, dict[str, Any]]]:
    return [(path.rsplit("/", 1)[-1], json.loads(body)) for _, path, body in slack.asked]


def tell(channel: Channel, event: Event, review: Review) -> int:
    return channel.tell(told(event, review), NOW, lambda: 10)
