"""Runs when the wait is over: says what silence means, or that the execution has ended."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared import times
from lambdas.shared.closing import ON_TIMEOUT, Closing
from lambdas.shared.executions import why_it_ended
from lambdas.shared.review_function import ReviewSettings, endings_from
from lambdas.shared.settings import read_settings


@dataclass(frozen=True)
class Settings(ReviewSettings):
    """The function's environment."""

    on_timeout: str


SETTINGS = read_settings(Settings)
CLOSING = Closing(endings=endings_from(SETTINGS), silence=ON_TIMEOUT[SETTINGS.on_timeout])


def handle(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Take `{"executionArn"}` from the workflow; answer the `review` object of its output.

    Or take an execution's status event from EventBridge, its `detail` with `status`, `error` and
    `cause`; then nobody waits for the answer.
    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
    """
    if "status" in event:
        CLOSING.close_ended(event["executionArn"], why_it_ended(event), times.now())
        return {}
    return CLOSING.close_overdue(event["executionArn"], times.now())
