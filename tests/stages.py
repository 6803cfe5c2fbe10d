"""Stages that share a worker's embedded AWS and Slack simulator, each in its own account.

A stage with the same settings is deployed once per xdist group, and ends with it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from local.deployment.deployer import Deployer, running_deployer
from local.deployment.stages import read_stage
from local.home import Home
from local.slack import Workspace, serving
from local.stack import LocalStack, channels_of
from local.users import create_users
from tests.local_stack import ROOT, DeployedStage, read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from local.cloud import Cloud
    from local.deployment.stages import Stage
    from tests.signing import People

Deployed = dict[str, DeployedStage]
ACCOUNT = "ACCOUNT"
"""Placeholder for the stage's account in a setting."""
TOKEN = "lets-people-act"
"""Authorizes actions on the Slack simulator's pages."""


def new_account() -> str:
    """Return an unused account id."""
    return f"{secrets.randbelow(10**12):012}"


@dataclass(frozen=True)
class Stages:
    """The stages of a worker: each combination of settings is deployed once per group of tests."""

    cloud: Cloud
    deployer: Deployer
    workspace: Workspace
    console_url: str
    slack_log: Path
    group: ExitStack
    deployed: dict[object, Deployed] = field(default_factory=dict[object, Deployed])

    def dev(self, *settings: str) -> DeployedStage:
        """Return the stage dev with these settings, in the form of `--config`."""
        return self.together("dev", settings=settings)["dev"]

    def unconnected(self, *settings: str) -> DeployedStage:
        """Return dev before it is connected to Slack."""
        key = ("unconnected", settings)
        return self._once(key, lambda: [_read("dev", settings).unconnected()])["dev"]

    def together(self, *names: str, settings: Sequence[str] = ()) -> Deployed:
        """Return several stages with the same settings."""
        key = (names, settings)
        return self._once(key, lambda: [_read(name, settings) for name in names])

    def forget(self) -> None:
        """Delete the functions and channels of all stages."""
        for stage in chain(*(them.values() for them in self.deployed.values())):
            end_functions(stage.people)
            for channel in [it for it in self.workspace.feeds if it.startswith(stage.account)]:
                self.workspace.remove(channel)
        self.deployed.clear()

    def _once(self, key: object, read: Callable[[], Sequence[Stage]]) -> Deployed:
        if not self.deployed:
            self.group.callback(self.forget)
        if key not in self.deployed:
            self.deployed[key] = self._deploy(read())
        return self.deployed[key]

    def _deploy(self, stages: Sequence[Stage]) -> Deployed:
        """Deploy stages in parallel and write `.local`, as the command does."""
        # Stages share names here, so their channels are named after the account.
        addressed = [replace(stage, name=stage.account) for stage in stages]
        wired = [
            replace(its.posting_to(self.console_url), name=stage.name)
            for its, stage in zip(addressed, stages, strict=True)
        ]
        channels = {its.account: channels_of(its) for its in addressed}
        for channel in chain(*channels.values()):
            self.workspace.add(channel)
        home = Home(self.cloud.log.parent / stages[0].account / ".local")
        home.folder.mkdir(parents=True)
        for log in (self.cloud.log, self.slack_log):
            home.log(log.stem).symlink_to(log)
        outputs = self.deployer.deploy(ROOT, wired, self.cloud.url, self.cloud.root, home.folder)
        for stage in stages:
            for channel in channels[stage.account]:
                channel.decision_api_url = outputs[stage.name]["decision_api_url"]
        local_stack = LocalStack(
            cloud=self.cloud,
            console_url=self.console_url,
            token=TOKEN,
            stages=tuple(stages),
            outputs=outputs,
            users=create_users(self.cloud, stages, "kim"),
        )
        home.write_state(local_stack.state())
        return read_state(home, {stage.name: stage.account for stage in stages})


def _read(name: str, settings: Sequence[str]) -> Stage:
    account = new_account()
    given = (setting.replace(ACCOUNT, account).partition("=") for setting in settings)
    stage = read_stage(ROOT, name, {key: value for key, _, value in given})
    return replace(stage, account=account)


def end_functions(people: People) -> None:
    """Delete an account's schedules and functions."""
    scheduler, functions = people.client("scheduler"), people.client("lambda")
    for schedule in scheduler.list_schedules()["Schedules"]:
        scheduler.delete_schedule(Name=schedule["Name"])
    for function in functions.list_functions()["Functions"]:
        functions.delete_function(FunctionName=function["FunctionName"])


@pytest.fixture(scope="session")
def deployer(cloud: Cloud) -> Generator[Deployer]:
    """The worker's deployer."""
    with running_deployer(cloud.log.with_name("deployer.log")) as running:
        yield running


@pytest.fixture(scope="session")
def stages(cloud: Cloud, deployer: Deployer, group: ExitStack) -> Generator[Stages]:
    """The worker's stages."""
    workspace = Workspace([], time.time)
    log = cloud.log.with_name("slack.log")
    with serving(workspace, log, TOKEN) as console_url:
        made = Stages(cloud, deployer, workspace, console_url, log, group)
        yield made
        made.deployed.clear()  # the cloud ends too
