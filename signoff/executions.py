"""Executions of a stage's state machines."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from signoff.aws import aws_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.stage import Stage

RUNNING, SUCCEEDED = "RUNNING", "SUCCEEDED"


class Executions:
    """Step Functions, called with the user's credentials."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        with aws_errors(stage):
            self._client = stage.client("stepfunctions")

    def start(self, machine_arn: str, name: str, given: Mapping[str, Any]) -> str:
        """Start an execution and return its ARN.

        The name makes a retry after a lost response idempotent.
        """
        with aws_errors(self._stage):
            answer = self._client.start_execution(
                stateMachineArn=machine_arn, name=name, input=json.dumps(given)
            )
        return str(answer["executionArn"])

    def status(self, execution_arn: str) -> str | None:
        """Return the status of an execution, or None if the machine does not list it.

        Read from the list, since operators may not read executions: they hold callers' contexts.
        """
        machine, _, _ = execution_arn.replace(":execution:", ":stateMachine:").rpartition(":")
        with aws_errors(self._stage):
            pages = self._client.get_paginator("list_executions").paginate(
                stateMachineArn=machine, maxResults=1000
            )
            for page in pages:
                for found in page["executions"]:
                    if found["executionArn"] == execution_arn:
                        return str(found["status"])
        return None


def new_name(word: str) -> str:
    """Generate a unique execution name."""
    return f"{word}-{secrets.token_hex(8)}"
