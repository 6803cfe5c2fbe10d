"""The examples' state machines, deployed as by their users."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.cloud.account import open_account
from local.deployment.deployer import Deployer
from tests.examples.programs import run_program
from tests.local.deployment.resources.maker import TRUST, Maker
from tests.local_stack import ROOT, DeployedStage, Execution

EXAMPLES = ROOT / "examples"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A state machine of another team in the stage's account."""

    stage: DeployedStage
    arn: str

    def start(self, **given: Any) -> Execution:
        answer = self.stage.client("stepfunctions").start_execution(
            stateMachineArn=self.arn, input=json.dumps(given)
        )
        return Execution(answer["executionArn"], self.stage)


@dataclass(frozen=True, kw_only=True)
class Example:
    """An example's input, which makes a unique title, and its failure after a rejection."""

    given: Callable[[str], Mapping[str, Any]]
    question: str
    refused: tuple[str, str] | None
    """Its error, and the error in the child's description; None if the example continues."""


def fill_placeholders(stage: DeployedStage, file: str, machine: str = "review") -> str:
    """Return an example with its placeholders filled in for a machine."""
    asked = stage.outputs[f"{machine}_machine_arn"]
    values = {
        "ReviewMachineArn": asked,
        "AnswerMachineArn": asked,
        "MachineArn": asked,
        "ExecutionsArn": asked.replace(":stateMachine:", ":execution:"),
        "Region": stage.region,
        "Account": stage.account,
    }
    text = (EXAMPLES / file).read_text()
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    assert "${" not in text
    return text


def create_machine(
    stage: DeployedStage, definition: str, permissions: str, trust: str = TRUST
) -> Caller:
    """Create a machine with this definition and these permissions."""
    create = Maker(open_account(stage.cloud_url, stage.root, stage.region))
    role = create("Role", "caller", assumeRolePolicy=trust).outputs
    create("RolePolicy", "caller", role=role["name"], policy=permissions)
    machine = create("StateMachine", "caller", roleArn=role["arn"], definition=definition)
    return Caller(stage=stage, arn=machine.id)


def deploy_file(stage: DeployedStage, file: str) -> Caller:
    """Deploy a definition from a file."""
    machine = "answer" if "AnswerMachineArn" in (EXAMPLES / file).read_text() else "review"
    permissions = fill_placeholders(stage, "caller_policy.json", machine)
    return create_machine(stage, fill_placeholders(stage, file, machine), permissions)


def deploy_program(stage: DeployedStage, deployer: Deployer) -> Caller:
    """Deploy a Pulumi program."""
    outputs = run_program(
        deployer,
        EXAMPLES / "pulumi_caller",
        "card-charges",
        open_account(stage.cloud_url, stage.root, stage.region),
        {"reviewMachineArn": stage.outputs["review_machine_arn"]},
    )
    return Caller(stage=stage, arn=outputs["state_machine_arn"])


class Terraform:
    """The real Terraform, if available, for files without a provider."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._command = shutil.which("terraform")
        for file in ("variables.tf", "locals.tf"):
            shutil.copy(EXAMPLES / "terraform" / file, folder)

    def run(self, *arguments: str, given: str = "", folder: Path | None = None) -> str:
        """Return the output. Skips the test without Terraform."""
        if self._command is None:
            pytest.skip("terraform is not on the PATH")
        quiet = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
        return subprocess.run(
            [self._command, *arguments],
            input=given,
            capture_output=True,
            text=True,
            cwd=folder or self._folder,
            env={**os.environ, **quiet},
            check=True,
            timeout=120,
        ).stdout

    def value(self, local: str, review_machine_arn: str) -> str:
        """Return a local value as JSON, evaluated by Terraform."""
        output = self.run(
            "console",
            "-var",
            f"review_machine_arn={review_machine_arn}",
            given=f"jsonencode(local.{local})",
        )
        return json.loads(output)

    def deploy(self, stage: DeployedStage) -> Caller:
        """Deploy the resources of main.tf from these values, without its provider."""
        machine = stage.outputs["review_machine_arn"]
        definition, permissions, trust = (
            self.value(local, machine) for local in ("definition", "permissions", "trust")
        )
        return create_machine(stage, definition, permissions, trust)
