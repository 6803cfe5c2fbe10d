"""Runs for every announcement: posts it to the stage's Slack channel."""

import json
import logging
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from lambdas.shared import times
from lambdas.shared.aws import client, secret_parameter
from lambdas.shared.record import NOBODY, Event, Record
from lambdas.shared.settings import read_settings
from lambdas.shared.slack_message import slack_message
from lambdas.shared.slack_webhook import post

_LOG = logging.getLogger(__name__)
_SECONDS_TO_FINISH = 2


class Context(Protocol):
    """The part of Lambda's context object that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long the function may still run."""
        ...


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    record_table: str
    required_approvals: int
    slack_buttons: str
    slack_webhook_parameter: str


class _About(NamedTuple):
    review_id: str
    execution_arn: str


SETTINGS = read_settings(Settings)
WEBHOOK_URL = secret_parameter(SETTINGS.slack_webhook_parameter)
RECORD = Record(client("dynamodb"), SETTINGS.record_table)


def handle(event: dict[str, Any], context: Context) -> None:
    """Take an SNS event. Raises `SlackDeliveryFailed`, so that Lambda tries again later."""
    for record in event["Records"]:
        announcement: dict[str, str] = json.loads(record["Sns"]["Message"])
        tries = post(
            WEBHOOK_URL(),
            slack_message(
                announcement,
                buttons=SETTINGS.slack_buttons == "true",
                needed=SETTINGS.required_approvals,
            ),
            seconds_left=lambda: context.get_remaining_time_in_millis() / 1000 - _SECONDS_TO_FINISH,
        )
        _note(announcement, tries)
        _LOG.info(
            "slack.notified",
            extra={
                "event": announcement["event"],
                "review_id": announcement["review_id"],
                "tries": tries,
            },
        )


def _note(announcement: dict[str, str], tries: int) -> None:
    """Record that the channel knows. The message is out: failing here would send it twice."""
    RECORD.append_if_possible(
        Event.NOTIFIED,
        _About(announcement["review_id"], announcement["execution_arn"]),
        times.now(),
        NOBODY,
        f"{announcement['event']}, {tries} tries",
    )
