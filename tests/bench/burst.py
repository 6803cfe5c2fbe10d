"""Many executions that are started at once, each with a review of its own to wait for."""

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.laptop import BATCH, DeployedStage, Execution

CALLERS = 20
SECONDS_BETWEEN_LOOKS = 1.0
TITLE = re.compile(r"Burst \d{4}")


@dataclass(frozen=True)
class Burst:
    """The executions of a burst on a stage."""

    stage: DeployedStage
    executions: list[Execution]

    def wait_for_messages(self, seconds: float) -> None:
        """Wait until each execution's request is shown; raises `TimeoutError`."""
        end = time.monotonic() + seconds
        while (seen := len(self.shown())) < len(self.executions):
            if time.monotonic() > end:
                missing = f"{len(self.executions) - seen} of {len(self.executions)}"
                log = self.stage.end_of_the_log()
                raise TimeoutError(f"{missing} requests never came within {seconds} s\n{log}")
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def shown(self) -> Counter[str]:
        """How many messages of the channel each title stands in."""
        messages = map(json.dumps, self.stage.messages())
        return Counter(title for message in messages for title in set(TITLE.findall(message)))

    def not_once(self) -> dict[str, int]:
        """The titles that do not stand exactly once in the channel, with how often they do."""
        shown = self.shown()
        titles = map(_title, range(len(self.executions)))
        return {title: shown[title] for title in titles if shown[title] != 1}

    def not_waiting(self) -> dict[str, str]:
        """The executions that do not run any more, with what became of them."""
        states = {execution.arn: execution.status() for execution in self.executions}
        return {arn: status for arn, status in states.items() if status != "RUNNING"}


def start_burst(stage: DeployedStage, many: int) -> Burst:
    """Start as many executions, by some callers at once."""

    def start(number: int) -> Execution:
        # Named, so that a call that is sent again starts nothing twice.
        answer = stage.client("stepfunctions").start_execution(
            stateMachineArn=stage.outputs["state_machine_arn"],
            name=f"burst-{number}",
            input=json.dumps({**BATCH, "title": _title(number)}),
        )
        return Execution(answer["executionArn"], stage)

    with ThreadPoolExecutor(CALLERS) as callers:
        return Burst(stage, list(callers.map(start, range(many))))


def _title(number: int) -> str:
    return f"Burst {number:04}"
