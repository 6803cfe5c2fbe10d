"""Round-trip times on the local stack, relative to one trivial AWS call."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from local import loopback
from tests.local_stack import BATCH, DeployedStage, Execution

READS = 50
REVIEWS = 8
SECONDS_BETWEEN_LOOKS = 0.004
SECONDS_AT_MOST = 20.0


@dataclass(frozen=True, kw_only=True)
class RoundTrips:
    """Seconds, each the best of several runs."""

    get_item: float
    start_to_message: float
    click_to_end: float


def round_trips(stage: DeployedStage) -> RoundTrips:
    """Read an item repeatedly, and send several batches through the workflow in sequence."""
    reviews = [_review(stage) for _ in range(REVIEWS)]
    return RoundTrips(
        get_item=_get_item(stage),
        start_to_message=min(start for start, _ in reviews),
        click_to_end=min(end for _, end in reviews),
    )


def _get_item(stage: DeployedStage) -> float:
    dynamodb = stage.client("dynamodb")
    table = stage.outputs["reviews_table_name"]

    def read() -> None:
        dynamodb.get_item(TableName=table, Key={"review_id": {"S": "missing"}})

    read()  # open the connection
    return min(_seconds(read) for _ in range(READS))


def _review(stage: DeployedStage) -> tuple[float, float]:
    """Measure the seconds from start to message and from click to the end of the execution."""
    title = f"bench {time.monotonic_ns()}"
    channel = f"{stage.console_url}/api/channels/{stage.name}/messages"
    begin = time.perf_counter()
    execution = stage.start(**{**BATCH, "title": title})
    _wait_until(lambda: title in loopback.get(channel).text)
    start_to_message = time.perf_counter() - begin
    review_id = _review_id(stage.message_with(title, "approve?review="))
    return start_to_message, click_to_end(stage, execution, review_id)


def click_to_end(stage: DeployedStage, execution: Execution, review_id: str) -> float:
    """Measure the seconds from an approval to the end of the execution."""
    workflows = stage.client("stepfunctions")
    with ThreadPoolExecutor(1) as person:
        begin = time.perf_counter()
        click = person.submit(stage.post, "approve", review_id)
        _wait_until(
            lambda: workflows.describe_execution(executionArn=execution.arn)["status"] != "RUNNING"
        )
        seconds = time.perf_counter() - begin
        click.result().raise_for_status()
    return seconds


def _review_id(message: dict[str, Any]) -> str:
    found = re.search(r"approve\?review=([a-z2-7]{16})", str(message))
    if not found:
        raise RuntimeError("the message has no link to approve")
    return found[1]


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_AT_MOST
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"no result within {SECONDS_AT_MOST} s")
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _seconds(action: Callable[[], None]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin
