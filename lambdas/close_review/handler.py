"""Runs when the wait is over: says what silence means, or that the execution has ended."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared import times
from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import client
from lambdas.shared.closing import ON_TIMEOUT, Closing
from lambdas.shared.endings import Endings
from lambdas.shared.executions import why_it_ended
from lambdas.shared.record import Record
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.settings import read_settings


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    reviews_table: str
    record_table: str
    review_topic_arn: str
    on_timeout: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
STORE = ReviewStore(DYNAMODB, SETTINGS.reviews_table, Record(DYNAMODB, SETTINGS.record_table))
CLOSING = Closing(
    store=STORE,
    endings=Endings(store=STORE, announcer=Announcer(client("sns"), SETTINGS.review_topic_arn)),
    silence=ON_TIMEOUT[SETTINGS.on_timeout],
)


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
