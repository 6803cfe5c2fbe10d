"""Process due reviews, every minute."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.domain.lifecycle.gate import AnsweringGate, GateSettings
from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.review.review import ON_TIMEOUT
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.runtime.settings import read_settings

if TYPE_CHECKING:
    from lambdas.domain.runtime.context import Context


@dataclass(frozen=True)
class Settings(GateSettings):
    """The function's environment."""

    stage: str
    remind_before_seconds: str
    escalate_before_seconds: str
    on_timeout: str


SETTINGS = read_settings(Settings)
GATE = AnsweringGate.open(SETTINGS)
PLAN = TimePlan.from_seconds(SETTINGS.remind_before_seconds, SETTINGS.escalate_before_seconds)
TIMEOUT_DECISION = ON_TIMEOUT[SETTINGS.on_timeout]


def handle(_event: dict[str, Any], context: "Context") -> dict[str, int]:
    """Process due reviews, whatever the event; returns their number."""
    milliseconds_left = context.get_remaining_time_in_millis
    looked = sweep(GATE, PLAN, TIMEOUT_DECISION, SETTINGS.stage, lambda: milliseconds_left() / 1000)
    return {"reviews": looked}
