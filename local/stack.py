"""The local stack: embedded AWS, Slack simulator and deployed stages."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from components import Settings, SettingsError
from local.cloud import running_cloud
from local.deployment.deployer import running_deployer
from local.deployment.stages import read_stage
from local.errors import LocalError, UsageError
from local.slack import Channel, running_console
from local.slack.pages.sign_in import sign_in_link
from local.users import create_users

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from rich.console import Console

    from local.cloud import Cloud
    from local.cloud.keys import Keys
    from local.deployment.deployer import Outputs
    from local.deployment.stages import Stage
    from local.home import Home
    from local.options import Options

ROOT = Path(__file__).parents[1]
# Placeholder for the Slack simulator's address before it has started.
SOME_CONSOLE = "http://127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class LocalStack:
    """A running local stack with its stages deployed."""

    cloud: Cloud
    console_url: str
    token: str = field(repr=False)
    """Authorizes actions on the Slack simulator's pages."""
    stages: tuple[Stage, ...]
    outputs: dict[str, Outputs]
    users: dict[str, Keys]
    """The local user's access keys, by stage."""

    def state(self) -> dict[str, object]:
        """Return the content of `state.json`."""
        return {
            "cloud_url": self.cloud.url,
            "console_url": self.console_url,
            "region": self.stages[0].region,
            "stages": {
                stage.name: {
                    "account": stage.account,
                    **self.cloud.root(stage.account).as_json(),
                    "user": self.users[stage.name].as_json(),
                    "outputs": self.outputs[stage.name],
                }
                for stage in self.stages
            },
        }

    def page(self, path: str = "/") -> str:
        """Return a link to a page of the Slack simulator that authorizes its visitor."""
        return sign_in_link(f"{self.console_url}{path}", self.token)


def read_stages(options: Options) -> tuple[Stage, ...]:
    """Read and validate the settings of the chosen stages. Raises `UsageError`."""
    stages = tuple(read_stage(ROOT, name, options.overrides) for name in options.stages)
    stages = tuple(
        stage.unconnected() if stage.name in options.no_slack else _with_slack(stage)
        for stage in stages
    )
    for stage in stages:
        try:
            settings_of(stage)
        except SettingsError as error:
            raise UsageError(str(error)) from error
    _refuse_shared_channels(stages)
    return stages


def settings_of(stage: Stage, console_url: str = SOME_CONSOLE) -> Settings:
    """Parse a stage's settings; raises `SettingsError`."""
    return Settings.parse(stage.posting_to(console_url).settings)


def _with_slack(stage: Stage) -> Stage:
    """Show every way to post and decide: dev has links, uat buttons, prod a bot and buttons.

    Settings that need known reviewers, such as `requiredApprovals=2`, give dev a bot and buttons.
    """
    match stage.name:
        case "dev" if _links_suffice(stage):
            return stage
        case "uat":
            return stage.with_buttons()
        case _:
            return stage.with_bot().with_buttons()


def _links_suffice(stage: Stage) -> bool:
    try:
        settings_of(stage)
    except SettingsError:
        return False
    return True


def _refuse_shared_channels(stages: Sequence[Stage]) -> None:
    """Channel ids must be unique across stages."""
    for stage, other in combinations(stages, 2):
        if stage.channel_id and stage.channel_id == other.channel_id:
            raise UsageError(
                f"slackChannelId must differ between stages, got {json.dumps(stage.channel_id)} "
                f"for {stage.name} and {other.name}"
            )


def channels_of(stage: Stage) -> list[Channel]:
    """Return the stage's channels in the Slack simulator: its own and the escalation channel."""
    own = Channel(
        stage.name,
        str(stage.settings["slackChannel"]),
        signing_secret=stage.signing_secret,
        bot_token=stage.bot_token,
        configured_id=stage.channel_id,
    )
    return [own, own.escalation()] if stage.escalates else [own]


@contextmanager
def running_local_stack(
    stages: tuple[Stage, ...], home: Home, screen: Console
) -> Generator[LocalStack]:
    """Start everything, deploy the stages, and stop everything on exit.

    Raises `LocalError` when a component does not start or a deployment fails.
    """
    channels = {stage.name: channels_of(stage) for stage in stages}
    screen.print(f"Starting the embedded AWS and deploying {', '.join(channels)}…")
    with ExitStack() as running:
        ports = home.ports()
        cloud = running.enter_context(
            running_cloud(home.log("cloud"), stages[0].region, ports.get("cloud", 0))
        )
        token = secrets.token_urlsafe(32)
        console_url = running.enter_context(
            running_console(
                list(chain(*channels.values())), home.log("slack"), token, ports.get("console", 0)
            )
        )
        home.remember_ports({"cloud": cloud.port, "console": urlsplit(console_url).port or 0})
        wired = [stage.posting_to(console_url) for stage in stages]
        with (
            screen.status("starting the embedded AWS") as status,
            running_deployer(home.log("deploy")) as deployer,
        ):
            cloud.wait()
            made: Counter[str] = Counter()
            lock = threading.Lock()

            def count(stage: Stage) -> None:
                with lock:
                    made[stage.name] += 1
                    counts = ", ".join(f"{name} {made[name]}" for name in channels)
                    status.update(f"deploying: {counts} resources")

            try:
                outputs = deployer.deploy(ROOT, wired, cloud.url, cloud.root, home.folder, count)
            except LocalError as error:
                raise LocalError(f"{error}\n{cloud.tail()}") from error
            users = create_users(cloud, stages)
        for name, own in channels.items():
            for channel in own:
                channel.decision_api_url = outputs[name]["decision_api_url"]
        local_stack = LocalStack(
            cloud=cloud,
            console_url=console_url,
            token=token,
            stages=stages,
            outputs=outputs,
            users=users,
        )
        home.write_state(local_stack.state())
        yield local_stack
