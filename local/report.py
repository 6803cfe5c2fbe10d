"""What the terminal shows once the local stack is running."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from local.slack.workspace.people import PEOPLE
from local.stack import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from local.deployment.stages import Stage
    from local.stack import LocalStack


@dataclass(frozen=True, kw_only=True)
class PendingReview:
    """A review of the demo, and the links to its pages."""

    review_id: str
    approve_link: str
    reject_link: str


Reviews = MappingProxyType[str, PendingReview]
NO_REVIEWS: Reviews = MappingProxyType({})


def print_address(local_stack: LocalStack, screen: Console) -> None:
    """Print the one link to open, before any details."""
    screen.print("Ready. Open the Slack simulator:", style="bold")
    _print(screen, f"  {local_stack.page()}")


def print_stages(
    local_stack: LocalStack, screen: Console, reviews: Mapping[str, PendingReview] = NO_REVIEWS
) -> None:
    """Print the stages, the Slack users, commands to paste, and how to stop."""
    for stage in local_stack.stages:
        _print_stage(local_stack, stage, reviews.get(stage.name), screen)
    users = ", ".join(f"{person.name} ({person.id})" for person in PEOPLE)
    _print(screen, f"\nSlack users, to choose on the page: {users}")
    _print(screen, "\nIn another terminal:")
    for command in _commands(local_stack, reviews):
        _print(screen, f"  {command}")
    screen.print("\nPress Ctrl-C to stop.", style="bold")


def signoff(*arguments: str) -> str:
    """Return a command line of `signoff` that can be pasted into a shell in this folder."""
    program = Path(sys.executable).with_name("signoff")
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    return shlex.join([str(program), *arguments])


def _print_stage(
    local_stack: LocalStack, stage: Stage, review: PendingReview | None, screen: Console
) -> None:
    outputs = local_stack.outputs[stage.name]
    by_link = _decides_by_link(local_stack, stage)
    rows = {"channel": local_stack.page(f"/channels/{stage.name}")}
    if review and by_link:
        rows |= {"approve": review.approve_link, "reject": review.reject_link}
    elif review:
        rows["page"] = review.approve_link
    else:
        rows["API"] = outputs["decision_api_url"]
    rows["AWS"] = f"{local_stack.cloud.url} (account {stage.account})"
    if not stage.connected:
        how = "not connected to Slack"
        rows["connect"] = outputs["slack_connection"].partition(": ")[2]
    else:
        how = "decide by link" if by_link else "decide by button in the channel"
    screen.print(f"\n{stage.name}  {outputs['slack_channel']}  {how}", style="bold", markup=False)
    for label, value in rows.items():
        _print(screen, f"  {label:8} {value}")


def _decides_by_link(local_stack: LocalStack, stage: Stage) -> bool:
    decisions = settings_of(stage, local_stack.console_url).gate.decisions
    return decisions.settled(signing_secret=stage.signing_secret is not None).links_decide


def _commands(local_stack: LocalStack, reviews: Mapping[str, PendingReview]) -> list[str]:
    stage = local_stack.stages[0].name
    commands = [shlex.join(["cd", str(Path.cwd())]), signoff("list", "--local", "--stage", stage)]
    if stage in reviews:
        review_id = reviews[stage].review_id
        commands.append(signoff("approve", "--local", "--stage", stage, review_id))
    return commands


def _print(screen: Console, text: str) -> None:
    """Print without wrapping, so that terminals keep links and commands whole."""
    screen.print(text, soft_wrap=True, markup=False)
