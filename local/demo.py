"""The demo: one flagged batch a stage, where to click, and what becomes of it."""

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
    from local.laptop import Laptop

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
    """A review that waits in a stage's channel, and where to go to decide it."""

    stage: str
    slack_channel: str
    channel_url: str
    approve_link: str
    reject_link: str
    links_decide: bool


def run(laptop: Laptop, screen: Console) -> None:
    """Start a review in every stage, say where to click, and tell how each ends.

    Returns when all have ended; raises `LocalError` when something goes wrong on the way.
    """
    try:
        with screen.status("sending one flagged batch through each stage"):
            for stage in laptop.stages:
                _confirm_subscription(laptop, stage)
            workflows = [_start(laptop, stage) for stage in laptop.stages]
            reviews = [
                _shown(laptop, stage, workflow)
                for stage, workflow in zip(laptop.stages, workflows, strict=True)
            ]
        for review in reviews:
            _show(review, screen)
        screen.print("\nPress Approve or Reject. Ctrl-C stops everything.\n", style="bold")
        _follow(workflows, screen)
    except (BotoCoreError, ClientError, OSError) as error:
        raise LocalError(f"{error}\n{laptop.cloud.tail()}") from error


def _confirm_subscription(laptop: Laptop, stage: Stage) -> None:
    """Follow the link that a workflow's channel shows once, as its owner would."""
    if stage.settings.get("slackDelivery") == "sns-https":
        link = re.escape(laptop.cloud.url) + r"[^\s\"]*Action=ConfirmSubscription[^\s\"]*"
        _read(_wait_for(laptop, stage.name, link))


def _start(laptop: Laptop, stage: Stage) -> Workflow:
    arn = laptop.outputs[stage.name]["state_machine_arn"]
    return Workflow.start(laptop.cloud, stage, arn, FLAGGED_BATCH)


def _shown(laptop: Laptop, stage: Stage, workflow: Workflow) -> Review:
    outputs = laptop.outputs[stage.name]
    settings = Settings.parse(stage.posting_to(laptop.console_url).settings)
    rules = settings.gate.decisions.settled(signing_secret=stage.signing_secret is not None)
    # Every message links to the page of its review; with buttons to no other.
    page = re.escape(outputs["approve_url"]) + r"\?review=[\w.]+"
    approve = _wait_for(laptop, stage.name, page, workflow)
    return Review(
        stage=stage.name,
        slack_channel=outputs["slack_channel"],
        channel_url=address(f"{laptop.console_url}/channels/{stage.name}", laptop.token),
        approve_link=approve,
        reject_link=approve.replace(outputs["approve_url"], outputs["reject_url"]),
        links_decide=rules.links_decide,
    )


def _wait_for(laptop: Laptop, stage: str, link: str, workflow: Workflow | None = None) -> str:
    """Wait until the stage's channel shows a link of this pattern."""
    deadline = time.monotonic() + SHOWN_WITHIN
    while time.monotonic() < deadline:
        messages = _read(f"{laptop.console_url}/api/channels/{stage}/messages")
        if found := re.search(link, html.unescape(messages)):
            return found[0]
        if workflow and (ending := workflow.ending()):
            raise LocalError(f"{stage}: it ended without a review: {ending}")
        time.sleep(LOOK_EVERY)
    channel = laptop.outputs[stage]["slack_channel"]
    raise LocalError(
        f"{stage}: {channel} shows no link after {SHOWN_WITHIN:.0f} s\n{laptop.cloud.tail()}"
    )


def _read(url: str) -> str:
    answer = loopback.get(url, timeout=10)
    answer.raise_for_status()
    return answer.text


def _show(review: Review, screen: Console) -> None:
    door = "decide by link" if review.links_decide else "decide by button, in the channel"
    links = {"channel": review.channel_url} | (
        {"approve": review.approve_link, "reject": review.reject_link}
        if review.links_decide
        else {"look": review.approve_link}
    )
    screen.print(f"\n{review.stage}  {review.slack_channel}  {door}", style="bold")
    for label, link in links.items():
        # One line each whatever the width, so that a terminal keeps the link whole.
        screen.print(f"  {label:8} {link}", soft_wrap=True, markup=False)


def _follow(workflows: Sequence[Workflow], screen: Console) -> None:
    running = list(workflows)
    while running:
        for workflow in list(running):
            if ending := workflow.ending():
                screen.print(f"{workflow.stage}: {ending}", soft_wrap=True, markup=False)
                running.remove(workflow)
        time.sleep(FOLLOW_EVERY)
