"""Runs for every message that never arrived: ends its review, and fails the task that waits."""

import logging
from dataclasses import dataclass
from typing import Any

from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import AWS_ERRORS, client
from lambdas.shared.endings import Endings
from lambdas.shared.record import Record
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.reviews import ReviewError
from lambdas.shared.settings import read_settings
from lambdas.shared.undelivered import UndeliveredMessages, read_undelivered

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    reviews_table: str
    record_table: str
    review_topic_arn: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
RECORD = Record(DYNAMODB, SETTINGS.record_table)
MESSAGES = UndeliveredMessages(
    endings=Endings(
        store=ReviewStore(DYNAMODB, SETTINGS.reviews_table, RECORD),
        announcer=Announcer(client("sns"), SETTINGS.review_topic_arn),
    ),
    step_functions=client("stepfunctions"),
    record=RECORD,
)


def handle(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Take messages from SQS; answer those that failed, so that they alone come again.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    failed: list[dict[str, str]] = []
    for message in event["Records"]:
        try:
            MESSAGES.report(read_undelivered(message["body"]))
        except (ReviewError, *AWS_ERRORS) as error:
            _LOG.error("not reported", extra={"error": f"{type(error).__name__}: {error}"})
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}
