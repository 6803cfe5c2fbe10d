"""Stages, looked at: with all that there is, told by their topic, not connected yet."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests

from local import loopback
from local.slack.workspace.channels import BOT_SCOPES
from signoff.doctor.diagnosis import CHECKS, run_checks
from signoff.doctor.findings import CannotCheck, Finding, State
from signoff.doctor.probe import Probe
from signoff.stage import Stage
from tests.local_stack import BOT, SIGNING_SECRET, DeployedStage

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.stages import Stages

EVERYTHING = (
    SIGNING_SECRET,
    *BOT,
    "escalateBefore=10m",
    "alarmEmail=oncall@example.com",
    'notifyEmails=["ada@example.com", "kim@example.com"]',
)


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A deployed stage and what doctor says about it."""

    deployed: DeployedStage
    probe: Probe

    def client(self, service: str) -> Any:
        """Change the stage as its account's owner may."""
        return self.deployed.client(service)

    @property
    def operations(self) -> Any:
        return self.deployed.outputs["operations"]

    def but(self, **changed: Any) -> Examined:
        """The same with something else about how it is asked."""
        return replace(self, probe=replace(self.probe, **changed))

    def seen(self, **outputs: Any) -> Examined:
        """The same as if it had other outputs."""
        stage = self.probe.stage
        return self.but(stage=replace(stage, outputs={**stage.outputs, **outputs}))

    def having(self, **operations: Any) -> Examined:
        """The same as if it consisted of something else."""
        return self.seen(operations={**self.operations, **operations})

    def named(self, stage: str) -> Examined:
        """The same as if the stage were called so."""
        return self.but(stage=replace(self.probe.stage, name=stage))

    def look(self, check: str) -> list[Finding]:
        """What one check finds."""
        found: list[Finding] = []
        try:
            found.extend(CHECKS[check](self.probe))
        except CannotCheck as blocked:
            found.append(blocked.finding(check))
        return found

    def trouble(self, check: str) -> Finding:
        """The one finding of a check that is a problem."""
        (found,) = [it for it in self.look(check) if it.state is not State.OK]
        assert found.state is State.PROBLEM
        assert found.fix
        return found

    def examine(self, on_start: Callable[[str], None] = lambda _name: None) -> list[Finding]:
        """What all checks find."""
        return list(run_checks(self.probe, on_start))


@dataclass(frozen=True, kw_only=True)
class AsSomebody(Stage):
    """The local stack's stage, as somebody with credentials of their own."""

    key: str
    secret: str = field(repr=False)

    def session(self) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            region_name=self.region,
        )


@dataclass(frozen=True, kw_only=True)
class InWordsForAws(Stage):
    """A stage that is taken for one on AWS; asked is the local stack's."""

    local_stack: Stage

    def client(self, service: str) -> Any:
        return self.local_stack.client(service)


def examined(deployed: DeployedStage) -> Examined:
    session = requests.Session()
    session.trust_env = False
    stage = Stage(
        name=deployed.name,
        outputs=deployed.outputs,
        cloud_url=deployed.cloud_url,
        local_keys=deployed.root.as_json(),
    )
    probe = Probe(stage=stage, session=session, clock=time.time)
    return Examined(deployed=deployed, probe=probe)


@pytest.fixture(scope="session")
def whole(stages: Stages) -> Examined:
    """A stage with a bot, buttons, a louder channel, and people who hear of things."""
    return examined(stages.dev(*EVERYTHING))


@pytest.fixture
def in_slack(whole: Examined) -> Generator[Callable[..., None]]:
    """Change the channel in Slack; it is as it was afterwards."""
    deployed = whole.deployed

    def change(**settings: Any) -> None:
        url = f"{deployed.console_url}/api/channels/{deployed.channel}/settings"
        loopback.post(url, json=settings).raise_for_status()

    yield change
    change(bot_is_member=True, is_archived=False, bot_scopes=sorted(BOT_SCOPES))


@pytest.fixture(scope="session")
def by_topic(stages: Stages) -> Examined:
    """A stage whose topic calls a Slack workflow, which nobody has confirmed."""
    return examined(stages.dev("slackDelivery=sns-https"))


@pytest.fixture(scope="session")
def unconnected(stages: Stages) -> Examined:
    """A stage of which Slack knows nothing yet."""
    return examined(stages.unconnected())
