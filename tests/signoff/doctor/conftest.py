"""Stages for doctor to check: healthy, delivering by SNS, not connected to Slack."""

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
class CheckedStage:
    """A deployed stage and doctor's findings on it."""

    deployed: DeployedStage
    probe: Probe

    def client(self, service: str) -> Any:
        """Return an AWS client with the permissions of the account's root."""
        return self.deployed.client(service)

    @property
    def operations(self) -> Any:
        return self.deployed.outputs["operations"]

    def with_probe(self, **changes: Any) -> CheckedStage:
        """A copy with changes to the probe."""
        return replace(self, probe=replace(self.probe, **changes))

    def with_outputs(self, **outputs: Any) -> CheckedStage:
        """A copy with other outputs."""
        stage = self.probe.stage
        return self.with_probe(stage=replace(stage, outputs={**stage.outputs, **outputs}))

    def with_operations(self, **operations: Any) -> CheckedStage:
        """A copy with other values in the `operations` output."""
        return self.with_outputs(operations={**self.operations, **operations})

    def with_name(self, stage: str) -> CheckedStage:
        """A copy with another name."""
        return self.with_probe(stage=replace(self.probe.stage, name=stage))

    def findings(self, check: str) -> list[Finding]:
        """Run one check."""
        found: list[Finding] = []
        try:
            found.extend(CHECKS[check](self.probe))
        except CannotCheck as blocked:
            found.append(blocked.finding(check))
        return found

    def problem(self, check: str) -> Finding:
        """Run a check whose only finding that is not OK is a problem with a fix."""
        (found,) = [it for it in self.findings(check) if it.state is not State.OK]
        assert found.state is State.PROBLEM
        assert found.fix
        return found

    def all_findings(self, on_start: Callable[[str], None] = lambda _name: None) -> list[Finding]:
        """Run all checks."""
        return list(run_checks(self.probe, on_start))


@dataclass(frozen=True, kw_only=True)
class StageWithKeys(Stage):
    """The local stack's stage with other credentials."""

    key: str
    secret: str = field(repr=False)

    def session(self) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            region_name=self.region,
        )


@dataclass(frozen=True, kw_only=True)
class StageOnAws(Stage):
    """A stage that passes for one on AWS, with the local stack's clients."""

    local_stack: Stage

    def client(self, service: str) -> Any:
        return self.local_stack.client(service)


def checked(deployed: DeployedStage) -> CheckedStage:
    session = requests.Session()
    session.trust_env = False
    stage = Stage(
        name=deployed.name,
        outputs=deployed.outputs,
        cloud_url=deployed.cloud_url,
        local_keys=deployed.root.as_json(),
    )
    probe = Probe(stage=stage, session=session, clock=time.time)
    return CheckedStage(deployed=deployed, probe=probe)


@pytest.fixture(scope="session")
def healthy(stages: Stages) -> CheckedStage:
    """A stage with a bot, buttons, an escalation channel and subscribers."""
    return checked(stages.dev(*EVERYTHING))


@pytest.fixture
def change_channel(healthy: CheckedStage) -> Generator[Callable[..., None]]:
    """Change the channel's settings in Slack; they are restored afterwards."""
    deployed = healthy.deployed

    def change(**settings: Any) -> None:
        url = f"{deployed.console_url}/api/channels/{deployed.channel}/settings"
        loopback.post(url, json=settings).raise_for_status()

    yield change
    change(bot_is_member=True, is_archived=False, bot_scopes=sorted(BOT_SCOPES))


@pytest.fixture(scope="session")
def sns_delivery(stages: Stages) -> CheckedStage:
    """A stage whose topic calls a Slack workflow, with an unconfirmed subscription."""
    return checked(stages.dev("slackDelivery=sns-https"))


@pytest.fixture(scope="session")
def unconnected(stages: Stages) -> CheckedStage:
    """A stage that is not connected to Slack."""
    return checked(stages.unconnected())
