"""Runs for every announcement: tells the stage's Slack channel."""

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdas.shared.review.events import NOBODY, Event
from lambdas.shared.review.review import short_id
from lambdas.shared.runtime import times
from lambdas.shared.runtime.clients import client
from lambdas.shared.runtime.secrets import secret_parameter
from lambdas.shared.runtime.settings import read_settings
from lambdas.shared.slack.bot import SlackBot, api_of
from lambdas.shared.slack.channel import BotChannel, WebhookChannel
from lambdas.shared.slack.notices import SlackNotices
from lambdas.shared.store.record import Record
from lambdas.shared.store.slack_messages import SlackMessages

if TYPE_CHECKING:
    from lambdas.shared.runtime.context import Context

_LOG = logging.getLogger(__name__)
_SECONDS_TO_FINISH = 2


@dataclass(frozen=True)
class Settings:
    """The function's environment. Without a bot token its parameter and the channel are empty."""

    reviews_table: str
    record_table: str
    required_approvals: int
    slack_buttons: str
    slack_webhook_parameter: str
    slack_bot_token_parameter: str
    slack_channel_id: str


class _About(NamedTuple):
    review_id: str
    execution_arn: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
RECORD = Record(DYNAMODB, SETTINGS.record_table)
WEBHOOK_URL = secret_parameter(SETTINGS.slack_webhook_parameter)


def _channel() -> BotChannel | WebhookChannel:
    messages = SlackMessages(DYNAMODB, SETTINGS.reviews_table)
    notices = SlackNotices(
        buttons=SETTINGS.slack_buttons == "true", needed=SETTINGS.required_approvals
    )
    if not SETTINGS.slack_bot_token_parameter:
        return WebhookChannel(url=WEBHOOK_URL, notices=notices, messages=messages)
    token = secret_parameter(SETTINGS.slack_bot_token_parameter)

    def bot() -> SlackBot:
        api_url = api_of(WEBHOOK_URL())
        return SlackBot(api_url=api_url, token=token(), channel_id=SETTINGS.slack_channel_id)

    return BotChannel(bot=bot, notices=notices, messages=messages)


CHANNEL = _channel()


def handle(event: dict[str, Any], context: "Context") -> None:
    """Take an SNS event. Raises `SlackDeliveryFailed`, so that Lambda tries again later."""
    for record in event["Records"]:
        announcement: dict[str, str] = json.loads(record["Sns"]["Message"])
        tries = CHANNEL.tell(
            announcement,
            times.now(),
            lambda: context.get_remaining_time_in_millis() / 1000 - _SECONDS_TO_FINISH,
        )
        _note(announcement, f"{tries} tries" if tries else "not sent: it is over or was sent")


def _note(announcement: dict[str, str], how: str) -> None:
    """Record that the channel knows. The message is out: failing here would send it twice."""
    about = _About(announcement["review_id"], announcement["execution_arn"])
    why = f"{announcement['event']}, {how}"
    RECORD.append_if_possible(Event.NOTIFIED, about, times.now(), NOBODY, why)
    _LOG.info(
        "slack.notified",
        extra={
            "event": announcement["event"],
            "review_id": short_id(about.review_id),
            "how": how,
        },
    )
