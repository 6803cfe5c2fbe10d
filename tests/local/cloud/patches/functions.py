"""Functions that write down how they are called, for tests of who calls them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from tests.local.deployment.resources.maker import TRUST, Maker

if TYPE_CHECKING:
    from pathlib import Path

    from local.cloud.account import Account

# Functions of the embedded cloud are processes of this machine: they can write into its files.
SOURCE = """
import json
import os

class NotToday(Exception):
    pass

def handle(event, context):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps(event) + "\\n")
    {ending}
"""


@dataclass(frozen=True)
class Function:
    """A deployed function."""

    arn: str
    name: str
    role: str
    calls: Path

    def events(self) -> list[Any]:
        """What it was called with, oldest first."""
        if not self.calls.exists():
            return []
        return [json.loads(line) for line in self.calls.read_text().splitlines()]


@dataclass(frozen=True)
class Deployer:
    """Deploys functions, and lets people call them."""

    aws: Account
    folder: Path

    @property
    def create(self) -> Maker:
        return Maker(self.aws)

    def role(self, *statements: tuple[str, str]) -> Any:
        """A role that may do each action on its resource."""
        role = self.create("Role", assumeRolePolicy=TRUST).outputs
        if statements:
            self.grant(str(role["name"]), *statements)
        return role

    def grant(self, role: str, *statements: tuple[str, str]) -> None:
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": action, "Resource": resource}
                for action, resource in statements
            ],
        }
        self.create("RolePolicy", role=role, policy=json.dumps(policy))

    def function(self, ending: str = "return {}", *statements: tuple[str, str]) -> Function:
        """Deploy a function that ends like this, under a role that may do these things."""
        role = self.role(*statements)
        calls = self.folder / f"calls-of-{role['name']}"
        made = self.create(
            "Function",
            role=role["arn"],
            runtime="python3.13",
            handler="code.handle",
            environment={"variables": {"CALLS": str(calls)}},
            code=pulumi.AssetArchive({"code.py": pulumi.StringAsset(SOURCE.format(ending=ending))}),
        ).outputs
        return Function(str(made["arn"]), str(made["name"]), str(role["name"]), calls)

    def allow_calls(self, function: Function, service: str, source: str) -> None:
        self.create(
            "Permission",
            function=function.name,
            action="lambda:InvokeFunction",
            principal=service,
            sourceArn=source,
        )

    def queue(self, **inputs: Any) -> tuple[str, str]:
        """Give a queue's address and ARN."""
        made = self.create("Queue", **inputs)
        return made.id, str(made.outputs["arn"])

    def messages(self, queue: str) -> list[Any]:
        """Take the messages that are visible now, with how often they were taken."""
        answer = self.aws.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
        )
        return answer.get("Messages", [])
