"""A deployed stage: its outputs, its region, and the credentials to talk to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from lambdas.domain.review.words import is_production
from signoff.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    import boto3


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage, on AWS or on the local stack; nothing else differs between the two."""

    name: str
    stack: str = ""
    """What Pulumi calls it, where that is more than its name: `acme/signoff/dev`."""
    outputs: Mapping[str, object]
    cloud_url: str | None = None
    """Where the local stack's embedded AWS is; none for AWS itself."""
    local_keys: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Of the person at the keyboard there: `access_key_id`, `secret_access_key`."""

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        return self.cloud_url is not None

    @property
    def is_production(self) -> bool:
        """Whether it must not be taken for another."""
        return is_production(self.name)

    @property
    def account(self) -> str:
        """The number of the account that it is in."""
        return self.output("state_machine_arn").split(":")[4]

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self.output("state_machine_arn").split(":")[3]

    @property
    def option(self) -> str:
        """How a command names it: `--stage dev`, `--stage dev --local`."""
        return f"--stage {self.stack or self.name}{' --local' if self.is_local else ''}"

    def output(self, name: str) -> str:
        """Give an output. Raises `Refused` where the stage has none of this name."""
        value = self.outputs.get(name)
        if value is None:
            raise Refused(
                f'The stage "{self.name}" has no output {name}: another version deployed it.',
                "Start the local stack anew: make demo"
                if self.is_local
                else f"Deploy it with this version: pulumi up -s {self.name}",
            )
        return value if isinstance(value, str) else json.dumps(value)

    def session(self) -> boto3.Session:
        """Open AWS as whoever runs the command; on the local stack too, that is an IAM user."""
        import boto3

        if not self.is_local:
            return boto3.Session(region_name=self.region)
        return boto3.Session(
            aws_access_key_id=self.local_keys["access_key_id"],
            aws_secret_access_key=self.local_keys["secret_access_key"],
            region_name=self.region,
        )

    def client(self, service: str) -> Any:
        """Make a client of an AWS service, whose calls end."""
        from botocore.config import Config

        bounds = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
            inject_host_prefix=not self.is_local,
            # On the local stack no proxy stands in between, whatever the environment says.
            proxies={} if self.is_local else None,
        )
        make = cast("Any", self.session().client)
        return make(service, endpoint_url=self.cloud_url, config=bounds)
