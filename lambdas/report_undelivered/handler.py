"""Runs for every message that never arrived: ends its review, and fails the task that waits."""

import logging
from typing import Any

from lambdas.shared.aws import AWS_ERRORS, client
from lambdas.shared.review_function import ReviewSettings, endings_from
from lambdas.shared.reviews import ReviewError
from lambdas.shared.settings import read_settings
from lambdas.shared.undelivered import UndeliveredMessages, read_undelivered

_LOG = logging.getLogger(__name__)


MESSAGES = UndeliveredMessages(
    endings=endings_from(read_settings(ReviewSettings)), step_functions=client("stepfunctions")
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
