"""Reports executions that failed without a review."""

from dataclasses import dataclass
from typing import Any

from lambdas.domain.lifecycle.failures import report_failure
from lambdas.domain.lifecycle.gate import Gate, GateSettings
from lambdas.domain.runtime.settings import read_settings


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    stage: str


SETTINGS = read_settings(Settings)
GATE = Gate.open(SETTINGS)


def handle(event: dict[str, Any], _context: object) -> None:
    """Handle the detail of EventBridge's status event of a failed execution.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """
    report_failure(GATE, SETTINGS.stage, event)
