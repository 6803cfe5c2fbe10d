"""Runs when the wait is over: says what silence means, or that the execution has ended."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared.lifecycle.close import (
    ON_TIMEOUT,
    close_ended,
    close_ended_function,
    close_overdue,
)
from lambdas.shared.lifecycle.gate import Gate, GateSettings
from lambdas.shared.runtime.settings import read_settings


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    on_timeout: str


SETTINGS = read_settings(Settings)
GATE = Gate.open(SETTINGS)
SILENCE = ON_TIMEOUT[SETTINGS.on_timeout]


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take `{"executionArn"}` from the workflow; answer the `review` object of its output.

    Or take the status event of a caller's execution from EventBridge, its `detail` with `status`;
    then nobody waits for the answer.
    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html
    """
    if "durableExecutionArn" in event:
        close_ended_function(GATE, event)
        return {}
    if "status" in event:
        close_ended(GATE, event)
        return {}
    return close_overdue(GATE, event["executionArn"], SILENCE)
