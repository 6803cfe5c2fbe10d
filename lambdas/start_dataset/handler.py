"""Starts the workflow for a file that arrived. Only EventBridge invokes it.

An EventBridge rule could start it, too, but cannot name the execution.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

from lambdas.datasets.names import INCOMING, execution_name
from lambdas.domain.review.request_rules import UNVERSIONED
from lambdas.domain.runtime.clients import client
from lambdas.domain.runtime.settings import read_settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    evidence_bucket: str
    state_machine_arn: str


SETTINGS = read_settings(Settings)
STEP_FUNCTIONS = client("stepfunctions")


def handle(event: dict[str, Any], _context: object) -> None:
    """Handle the detail of S3's event `Object Created`. One AWS call.

    A version has one execution, however often its event arrives: another start with its name and
    input is the same execution, or an error within 90 days after it has ended.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    bucket, key = event["bucket"]["name"], event["object"]["key"]
    if bucket != SETTINGS.evidence_bucket or not key.startswith(INCOMING) or key.endswith("/"):
        # A folder, or an event about something else.
        _LOG.info("dataset.ignored", extra={"event": "dataset.ignored"})
        return
    version_id = event["object"].get("version-id", UNVERSIONED)
    name = execution_name(bucket, key, version_id)
    outcome = "dataset.started"
    try:
        STEP_FUNCTIONS.start_execution(
            stateMachineArn=SETTINGS.state_machine_arn,
            name=name,
            input=json.dumps({"file": {"key": key, "version_id": version_id}}),
        )
    except STEP_FUNCTIONS.exceptions.ExecutionAlreadyExists:
        outcome = "dataset.started_before"
    _LOG.info(outcome, extra={"event": outcome, "execution": name})
