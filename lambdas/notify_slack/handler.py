"""Runs for every announcement: posts it to a Slack channel."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lambdas.domain.lifecycle.announcements import read_announcement
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.runtime.clients import client
from lambdas.domain.runtime.secrets import secret_parameter
from lambdas.domain.runtime.settings import read_settings
from lambdas.domain.slack.bot import SlackBot
from lambdas.domain.slack.channel import BotChannel, Channel, WebhookChannel, WorkflowChannel
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.slack.notifier import Notifier
from lambdas.domain.store.audit_log import AuditLog
from lambdas.domain.store.conflicts import DEFAULT_RETRIES
from lambdas.domain.store.slack_notes import SlackNotes

if TYPE_CHECKING:
    from lambdas.domain.runtime.context import Context

_LOG = logging.getLogger(__name__)
_SECONDS_TO_FINISH = 3 + DEFAULT_RETRIES.seconds


@dataclass(frozen=True)
class Settings:
    """The function's environment. It has a webhook's settings or a bot's; the others are empty.

    `slack_notes` is `slack`, or `louder` for the escalation channel; `slack_delivery` is the
    configured one.
    """

    reviews_table: str
    audit_log_table: str
    notes_table: str
    required_approvals: int
    allow_self_approval: str
    remind_before_seconds: str
    keep_reviews_seconds: int
    slack_notes: str
    slack_delivery: str
    slack_buttons: str
    slack_webhook_parameter: str
    slack_bot_token_parameter: str
    slack_channel_id: str
    slack_api_url: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
WEBHOOK_URL = secret_parameter(SETTINGS.slack_webhook_parameter)
NOTICES = SlackNotices(
    buttons=SETTINGS.slack_buttons == "true",
    needed=SETTINGS.required_approvals,
    allow_self_approval=SETTINGS.allow_self_approval == "true",
)


def _channel() -> Channel:
    if SETTINGS.slack_delivery == "workflow-webhook":
        return WorkflowChannel(url=WEBHOOK_URL, needed=SETTINGS.required_approvals)
    if not SETTINGS.slack_bot_token_parameter:
        return WebhookChannel(url=WEBHOOK_URL, notices=NOTICES)
    token = secret_parameter(SETTINGS.slack_bot_token_parameter)

    def bot() -> SlackBot:
        return SlackBot(
            api_url=SETTINGS.slack_api_url, token=token(), channel_id=SETTINGS.slack_channel_id
        )

    return BotChannel(bot=bot, notices=NOTICES)


NOTIFIER = Notifier(
    channel=_channel(),
    notices=NOTICES,
    notes=SlackNotes(
        DYNAMODB,
        SETTINGS.reviews_table,
        SETTINGS.notes_table,
        AuditLog(DYNAMODB, SETTINGS.audit_log_table),
        SETTINGS.slack_notes,
        keep=timedelta(seconds=SETTINGS.keep_reviews_seconds),
    ),
    reminders=TimePlan.from_seconds(SETTINGS.remind_before_seconds, "").remind_before,
    is_escalation=SETTINGS.slack_notes == "louder",
)


def handle(event: dict[str, Any], context: "Context") -> None:
    """Handle an SNS event. Raises what `Notifier.notify` raises, so that Lambda retries."""
    for record in event["Records"]:
        try:
            announced = read_announcement(record["Sns"]["Message"])
        except InvalidInput as problem:
            _LOG.warning("%s", problem)  # not an announcement of ours: ignore it
            continue
        NOTIFIER.notify(
            announced, lambda: context.get_remaining_time_in_millis() / 1000 - _SECONDS_TO_FINISH
        )
