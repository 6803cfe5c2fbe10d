"""Functions that record their calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from tests.local.deployment.resources.maker import TRUST, Maker

if TYPE_CHECKING:
    from pathlib import Path

    from local.cloud.account import Account

# Functions of the embedded cloud are local processes, so they can write files.
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
        """Events of its calls, oldest first."""
        if not self.calls.exists():
            return []
        return [json.loads(line) for line in self.calls.read_text().splitlines()]


@dataclass(frozen=True)
class Deployer:
    """Deploys functions, and grants permissions to call them."""

    aws: Account
    folder: Path

    @property
    def create(self) -> Maker:
        return Maker(self.aws)

    def role(self, *statements: tuple[str, str]) -> Any:
        """Create a role that may do each action on its resource."""
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
        """Deploy a function with this ending and a role with these permissions."""
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
        """Create a queue and return its URL and ARN."""
        made = self.create("Queue", **inputs)
        return made.id, str(made.outputs["arn"])

    def messages(self, queue: str) -> list[Any]:
        """Receive the visible messages, with their receive counts."""
        answer = self.aws.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
        )
        return answer.get("Messages", [])
