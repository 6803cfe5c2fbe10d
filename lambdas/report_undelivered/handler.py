"""Runs for every undelivered message: ends its review and fails the caller."""

import logging
from typing import Any

from lambdas.domain.lifecycle.gate import AnsweringGate, GateSettings
from lambdas.domain.lifecycle.undelivered import read_undelivered, report
from lambdas.domain.review.errors import ReviewError
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.runtime.settings import read_settings

_LOG = logging.getLogger(__name__)

GATE = AnsweringGate.open(read_settings(GateSettings))


def handle(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Handle messages from SQS. Return the failed ones, so that only they are retried.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    failed: list[dict[str, str]] = []
    for message in event["Records"]:
        try:
            report(GATE, read_undelivered(message["body"]))
        except (ReviewError, *AWS_ERRORS) as error:
            problem = {"event": "report.failed", "error": f"{type(error).__name__}: {error}"}
            _LOG.error("report.failed", extra=problem)
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}
