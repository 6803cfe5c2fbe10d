"""Runs every minute: looks at the reviews that are due."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.shared.review_function import ReviewSettings, delivery_from
from lambdas.shared.settings import read_settings
from lambdas.shared.sweeping import Sweeper
from lambdas.shared.time_plan import TimePlan

if TYPE_CHECKING:
    from lambdas.shared.lambda_context import Context


@dataclass(frozen=True)
class Settings(ReviewSettings):
    """The function's environment."""

    stage: str
    remind_before_seconds: str
    escalate_before_seconds: str


SETTINGS = read_settings(Settings)
SWEEPER = Sweeper(
    delivery=delivery_from(SETTINGS),
    plan=TimePlan.from_seconds(SETTINGS.remind_before_seconds, SETTINGS.escalate_before_seconds),
    stage=SETTINGS.stage,
)


def handle(_event: dict[str, Any], context: "Context") -> dict[str, int]:
    """Take anything; answer how many reviews were looked at."""
    return {"reviews": SWEEPER.sweep(lambda: context.get_remaining_time_in_millis() / 1000)}
