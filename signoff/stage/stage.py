"""A deployed stage: its outputs, region and credentials."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from lambdas.domain.review.words import is_production
from signoff.errors import Refused
from signoff.program import program

if TYPE_CHECKING:
    from collections.abc import Mapping

    import boto3


UNCONNECTED = "unconnected"
"""How the output `slack_connection` starts before the stage is connected."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage, on AWS or on the local stack."""

    name: str
    stack: str = ""
    """The fully qualified stack name, if given: `acme/signoff/dev`."""
    outputs: Mapping[str, object]
    cloud_url: str | None = None
    """Endpoint of the local stack's embedded AWS; None on AWS."""
    local_keys: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Credentials of the local user: `access_key_id`, `secret_access_key`."""
    options: str = ""
    """The options that select it, as given: `--stage dev`, `--local`."""

    @property
    def is_local(self) -> bool:
        """Whether it runs on the local stack."""
        return self.cloud_url is not None

    @property
    def is_production(self) -> bool:
        """Whether this is a production stage."""
        return is_production(self.name)

    @property
    def account(self) -> str:
        """Its AWS account ID."""
        return self.output("state_machine_arn").split(":")[4]

    @property
    def region(self) -> str:
        """Its AWS region."""
        return self.output("state_machine_arn").split(":")[3]

    def command(self, *words: str) -> str:
        """A command on this stage, ready to type: `signoff list --local`."""
        return " ".join(filter(None, (program(), *words, self.options)))

    def require_connection(self) -> None:
        """Raise `Refused` if the stage is not connected to Slack."""
        connection, _, setup = str(self.outputs.get("slack_connection", "")).partition(": ")
        if connection == UNCONNECTED:
            raise Refused(
                f'Stage "{self.name}" is not connected to Slack, so no one would see the review.',
                setup[:1].upper() + setup[1:],
            )

    def output(self, name: str) -> str:
        """Return an output. Raises `Refused` if it does not exist."""
        value = self.outputs.get(name)
        if value is None:
            raise Refused(
                f'Stage "{self.name}" has no output {name}: it was deployed with another version.',
                "Restart the local stack: make demo"
                if self.is_local
                else f"Deploy this version: pulumi up -s {self.name}",
            )
        return value if isinstance(value, str) else json.dumps(value)

    def session(self) -> boto3.Session:
        """An AWS session with the user's credentials; on the local stack, those of its IAM user."""
        import boto3

        if not self.is_local:
            return boto3.Session(region_name=self.region)
        return boto3.Session(
            aws_access_key_id=self.local_keys["access_key_id"],
            aws_secret_access_key=self.local_keys["secret_access_key"],
            region_name=self.region,
        )

    def environment(self) -> dict[str, str]:
        """Environment variables for other AWS clients; on the local stack with credentials."""
        variables = {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}
        if self.cloud_url is not None:
            variables |= {
                "AWS_ENDPOINT_URL": self.cloud_url,
                "AWS_ACCESS_KEY_ID": self.local_keys["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": self.local_keys["secret_access_key"],
            }
        return variables

    def client(self, service: str) -> Any:
        """An AWS client with timeouts and retries."""
        from botocore.config import Config

        bounds = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
            inject_host_prefix=not self.is_local,
            # The local stack must not be reached through a proxy.
            proxies={} if self.is_local else None,
        )
        make = cast("Any", self.session().client)
        return make(service, endpoint_url=self.cloud_url, config=bounds)
