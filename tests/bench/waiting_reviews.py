"""Resource usage of a thousand pending reviews, and their effect on others."""

import time
from dataclasses import dataclass

from tests.bench.burst import start_burst
from tests.bench.processes import sampled_usage
from tests.bench.round_trips import click_to_end
from tests.local_stack import DeployedStage

MANY = 1000
CLICKS = 8
SECONDS_AT_MOST = 1800
MEGABYTES_AT_MOST = 4096


@dataclass(frozen=True, kw_only=True)
class WaitingReviews:
    """Cost of many pending reviews. Click times are the best of several."""

    many: int
    start_to_last_message: float
    megabytes: int
    environments: int
    click_among_none: float
    click_among_many: float


def waiting_reviews(stage: DeployedStage, many: int = MANY) -> WaitingReviews:
    """Start `many` executions at once, and decide other reviews while theirs are pending.

    Raises `RuntimeError` if a request is not posted exactly once, an execution is no longer
    waiting, or too much memory is used; `TimeoutError` if it takes too long.
    """
    click_among_none = _click_to_end(stage)
    with sampled_usage() as peak:
        begin = time.perf_counter()
        burst = start_burst(stage, many)
        burst.wait_for_messages(SECONDS_AT_MOST)
        start_to_last_message = time.perf_counter() - begin
        click_among_many = _click_to_end(stage)
    if not_posted_once := burst.not_posted_once():
        raise RuntimeError(f"reviews not posted exactly once: {not_posted_once}")
    if not_running := burst.not_running():
        raise RuntimeError(f"executions that no longer wait: {not_running}")
    if peak.megabytes > MEGABYTES_AT_MOST:
        raise RuntimeError(f"{many} pending reviews used {peak.megabytes} MB")
    return WaitingReviews(
        many=many,
        start_to_last_message=start_to_last_message,
        megabytes=peak.megabytes,
        environments=peak.environments,
        click_among_none=click_among_none,
        click_among_many=click_among_many,
    )


def _click_to_end(stage: DeployedStage) -> float:
    return min(click_to_end(stage, *stage.ask()) for _ in range(CLICKS))
