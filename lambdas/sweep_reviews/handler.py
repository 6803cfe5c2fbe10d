"""Runs every minute: looks at the reviews that are due."""

from dataclasses import dataclass
from typing import Any, Protocol

from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import client
from lambdas.shared.endings import Delivery, Endings
from lambdas.shared.executions import Executions
from lambdas.shared.record import Record
from lambdas.shared.review_store import ReviewStore
from lambdas.shared.settings import read_settings
from lambdas.shared.sweeping import Sweeper
from lambdas.shared.time_plan import TimePlan


class Context(Protocol):
    """The part of Lambda's context object that is used here."""

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long the function may still run."""
        ...


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    stage: str
    reviews_table: str
    record_table: str
    review_topic_arn: str
    remind_before_seconds: str
    escalate_before_seconds: str


SETTINGS = read_settings(Settings)
DYNAMODB = client("dynamodb")
STORE = ReviewStore(DYNAMODB, SETTINGS.reviews_table, Record(DYNAMODB, SETTINGS.record_table))
SWEEPER = Sweeper(
    store=STORE,
    delivery=Delivery(
        executions=Executions(client("stepfunctions")),
        endings=Endings(store=STORE, announcer=Announcer(client("sns"), SETTINGS.review_topic_arn)),
    ),
    plan=TimePlan.from_seconds(SETTINGS.remind_before_seconds, SETTINGS.escalate_before_seconds),
    stage=SETTINGS.stage,
)


def handle(_event: dict[str, Any], context: Context) -> dict[str, int]:
    """Take anything; answer how many reviews were looked at."""
    return {"reviews": SWEEPER.sweep(lambda: context.get_remaining_time_in_millis() / 1000)}
