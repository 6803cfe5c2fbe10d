"""Executions of a stage's dataset workflow."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from signoff.aws import aws_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.stage import Stage


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


def new_name(word: str) -> str:
    """Generate a unique execution name."""
    return f"{word}-{secrets.token_hex(8)}"
