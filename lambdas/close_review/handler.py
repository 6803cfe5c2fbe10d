"""Closes the reviews of ended executions: cancels them, or announces the result."""

from typing import Any

from lambdas.domain.lifecycle.close import close_reviews_of_execution, close_reviews_of_function
from lambdas.domain.lifecycle.gate import Gate, GateSettings
from lambdas.domain.runtime.settings import read_settings

GATE = Gate.open(read_settings(GateSettings))


def handle(event: dict[str, Any], _context: object) -> None:
    """Handle the detail of EventBridge's status event of an execution.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html
    """
    if "durableExecutionArn" in event:
        close_reviews_of_function(GATE, event)
    else:
        close_reviews_of_execution(GATE, event)
