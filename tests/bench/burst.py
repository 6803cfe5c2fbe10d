"""A burst of executions, each with its own review."""

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.local_stack import BATCH, DeployedStage

CALLERS = 20
SECONDS_BETWEEN_LOOKS = 1.0
TITLE = re.compile(r"Burst of \d+: \d{4}")


@dataclass(frozen=True)
class Burst:
    """The executions of a burst on a stage."""

    stage: DeployedStage
    executions: list[str]

    def wait_for_messages(self, seconds: float) -> None:
        """Wait until each request is posted. Raises `TimeoutError`."""
        end = time.monotonic() + seconds
        while (seen := len(self.shown())) < len(self.executions):
            if time.monotonic() > end:
                missing = f"{len(self.executions) - seen} of {len(self.executions)}"
                log = self.stage.log_tail()
                raise TimeoutError(f"{missing} requests were not posted within {seconds} s\n{log}")
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def shown(self) -> Counter[str]:
        """Count the channel's messages by title."""
        messages = map(json.dumps, self.stage.messages())
        seen = Counter(title for message in messages for title in set(TITLE.findall(message)))
        return Counter({title: seen[title] for title in self.titles() if title in seen})

    def not_posted_once(self) -> dict[str, int]:
        """Titles that were not posted exactly once, with their number of messages."""
        shown = self.shown()
        return {title: shown[title] for title in self.titles() if shown[title] != 1}

    def titles(self) -> list[str]:
        """Titles of the reviews."""
        return [_title(len(self.executions), number) for number in range(len(self.executions))]

    def not_running(self) -> list[str]:
        """Executions that are no longer running."""
        pages = (
            self.stage.client("stepfunctions")
            .get_paginator("list_executions")
            .paginate(
                stateMachineArn=self.stage.outputs["state_machine_arn"], statusFilter="RUNNING"
            )
        )
        running = {it["executionArn"] for page in pages for it in page["executions"]}
        return [execution for execution in self.executions if execution not in running]


def start_burst(stage: DeployedStage, many: int) -> Burst:
    """Start this number of executions concurrently."""
    states = stage.client("stepfunctions")

    def start(number: int) -> str:
        # The name makes a retried call idempotent.
        answer = states.start_execution(
            stateMachineArn=stage.outputs["state_machine_arn"],
            name=f"burst-{many}-{number}",
            input=json.dumps({**BATCH, "title": _title(many, number)}),
        )
        return str(answer["executionArn"])

    with ThreadPoolExecutor(CALLERS) as callers:
        return Burst(stage, list(callers.map(start, range(many))))


def _title(many: int, number: int) -> str:
    return f"Burst of {many}: {number:04}"
