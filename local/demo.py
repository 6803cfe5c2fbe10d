"""The demo: start one review per stage, print its links, and report each outcome."""

from __future__ import annotations

import html
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from components import Settings
from local import loopback
from local.errors import LocalError
from local.slack.pages.entrance import address
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
SHOWN_WITHIN = 60.0
LOOK_EVERY = 0.1
FOLLOW_EVERY = 1.0


@dataclass(frozen=True, kw_only=True)
class Review:
    """A pending review in a stage's channel, and its links."""

    stage: str
    slack_channel: str
    channel_url: str
    approve_link: str
    reject_link: str
    links_decide: bool


def run(local_stack: LocalStack, screen: Console) -> None:
    """Start a review in each stage, print its links, and report how each one ends.

    Returns when all reviews have ended. Raises `LocalError` when a review cannot be started.
    """
    try:
        with screen.status("starting one review per stage"):
            for stage in local_stack.stages:
                _confirm_subscription(local_stack, stage)
            workflows = [_start(local_stack, stage) for stage in local_stack.stages]
            reviews = [
                _shown(local_stack, stage, workflow)
                for stage, workflow in zip(local_stack.stages, workflows, strict=True)
            ]
        for review in reviews:
            _show(review, screen)
        screen.print("\nPress Approve or Reject. Ctrl-C stops everything.\n", style="bold")
        _follow(workflows, screen)
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


def _shown(local_stack: LocalStack, stage: Stage, workflow: Workflow) -> Review:
    outputs = local_stack.outputs[stage.name]
    settings = Settings.parse(stage.posting_to(local_stack.console_url).settings)
    rules = settings.gate.decisions.settled(signing_secret=stage.signing_secret is not None)
    # Every message links to its review's page; a message with buttons has no other link.
    page = re.escape(outputs["approve_url"]) + r"\?review=[\w.]+"
    approve = _wait_for(local_stack, stage.name, page, workflow)
    return Review(
        stage=stage.name,
        slack_channel=outputs["slack_channel"],
        channel_url=address(f"{local_stack.console_url}/channels/{stage.name}", local_stack.token),
        approve_link=approve,
        reject_link=approve.replace(outputs["approve_url"], outputs["reject_url"]),
        links_decide=rules.links_decide,
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
        if workflow and (ending := workflow.ending()):
            raise LocalError(f"{stage}: the workflow ended without a review: {ending}")
        time.sleep(LOOK_EVERY)
    channel = local_stack.outputs[stage]["slack_channel"]
    raise LocalError(
        f"{stage}: no message in {channel} after {SHOWN_WITHIN:.0f} s\n{local_stack.cloud.tail()}"
    )


def _read(url: str) -> str:
    answer = loopback.get(url, timeout=10)
    answer.raise_for_status()
    return answer.text


def _show(review: Review, screen: Console) -> None:
    endpoint = "decide by link" if review.links_decide else "decide by button, in the channel"
    links = {"channel": review.channel_url} | (
        {"approve": review.approve_link, "reject": review.reject_link}
        if review.links_decide
        else {"look": review.approve_link}
    )
    screen.print(f"\n{review.stage}  {review.slack_channel}  {endpoint}", style="bold")
    for label, link in links.items():
        # soft_wrap keeps each link on one line, so terminals can open it.
        screen.print(f"  {label:8} {link}", soft_wrap=True, markup=False)


def _follow(workflows: Sequence[Workflow], screen: Console) -> None:
    running = list(workflows)
    while running:
        for workflow in list(running):
            if ending := workflow.ending():
                screen.print(f"{workflow.stage}: {ending}", soft_wrap=True, markup=False)
                running.remove(workflow)
        time.sleep(FOLLOW_EVERY)
