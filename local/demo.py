"""The demo: start one review per stage, print its links, and report each outcome."""

from __future__ import annotations

import html
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local import loopback, report
from local.errors import LocalError
from local.report import PendingReview
from local.workflows import Workflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from local.deployment.stages import Stage
    from local.stack import LocalStack

FLAGGED_BATCH = {
    "title": "Customer upload 2026-11-22",
    "rows": 1000,
    "anomaly_rate": 0.08,
    "requested_by": "U012ABCDEF",
}
EXAMPLE = Path(__file__).parents[1] / "examples" / "orders.csv"
SHOWN_WITHIN = 60.0
LOOK_EVERY = 0.1
FOLLOW_EVERY = 1.0


def run(local_stack: LocalStack, screen: Console) -> None:
    """Start a review in each stage, print its links, and report how each one ends.

    Returns when all reviews have ended. Raises `LocalError` when a review cannot be started.
    """
    try:
        with screen.status("starting one review per stage"):
            for stage in local_stack.stages:
                _confirm_subscription(local_stack, stage)
            workflows = [_start(local_stack, stage) for stage in local_stack.stages]
            reviews = {
                stage.name: _posted(local_stack, stage, workflow)
                for stage, workflow in zip(local_stack.stages, workflows, strict=True)
            }
        report.print_stages(local_stack, screen, reviews)
        _follow(workflows, screen)
        _print_next_steps(local_stack, screen)
    except (BotoCoreError, ClientError, OSError) as error:
        raise LocalError(f"{error}\n{local_stack.cloud.tail()}") from error


def _confirm_subscription(local_stack: LocalStack, stage: Stage) -> None:
    """Confirm the SNS subscription by the link in the channel, as its owner would."""
    if stage.settings.get("slackDelivery") == "sns-https":
        link = re.escape(local_stack.cloud.url) + r"[^\s\"]*Action=ConfirmSubscription[^\s\"]*"
        _read(_wait_for(local_stack, stage.name, link))


def _start(local_stack: LocalStack, stage: Stage) -> Workflow:
    arn = local_stack.outputs[stage.name]["state_machine_arn"]
    return Workflow.start(local_stack.cloud, stage, arn, FLAGGED_BATCH)


def _posted(local_stack: LocalStack, stage: Stage, workflow: Workflow) -> PendingReview:
    outputs = local_stack.outputs[stage.name]
    # Every message links to its review's page; a message with buttons has no other link.
    page = re.escape(outputs["approve_url"]) + r"\?review=[\w.]+"
    approve = _wait_for(local_stack, stage.name, page, workflow)
    return PendingReview(
        review_id=approve.partition("?review=")[2].partition(".")[0],
        approve_link=approve,
        reject_link=approve.replace(outputs["approve_url"], outputs["reject_url"]),
    )


def _wait_for(
    local_stack: LocalStack, stage: str, link: str, workflow: Workflow | None = None
) -> str:
    """Wait for a link that matches this pattern in the stage's channel."""
    deadline = time.monotonic() + SHOWN_WITHIN
    while time.monotonic() < deadline:
        messages = _read(f"{local_stack.console_url}/api/channels/{stage}/messages")
        if found := re.search(link, html.unescape(messages)):
            return found[0]
        if workflow and (result := workflow.result()):
            raise LocalError(f"{stage}: the workflow ended without a review: {result}")
        time.sleep(LOOK_EVERY)
    channel = local_stack.outputs[stage]["slack_channel"]
    raise LocalError(
        f"{stage}: no message in {channel} after {SHOWN_WITHIN:.0f} s\n{local_stack.cloud.tail()}"
    )


def _read(url: str) -> str:
    answer = loopback.get(url, timeout=10)
    answer.raise_for_status()
    return answer.text


def _follow(workflows: Sequence[Workflow], screen: Console) -> None:
    running = list(workflows)
    while running:
        for workflow in list(running):
            if result := workflow.result():
                screen.print(f"{workflow.stage}: {result}", soft_wrap=True, markup=False)
                running.remove(workflow)
        time.sleep(FOLLOW_EVERY)


def _print_next_steps(local_stack: LocalStack, screen: Console) -> None:
    stage = local_stack.stages[0].name
    file = os.path.relpath(EXAMPLE)
    start = report.signoff("start", "--local", "--stage", stage, "--file", file)
    screen.print("\nAll reviews have ended. The local stack is still running.", style="bold")
    screen.print(f"Put a file of your own through it:\n  {start}", soft_wrap=True, markup=False)
    screen.print("Press Ctrl-C to stop.", style="bold")
