"""An account whose resources the local stack creates in the embedded cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.cloud.account import open_account
from local.deployment.resources import make
from local.errors import ResourceError
from tests.engine.provider.account import Account, Existing, Refused
from tests.engine.provider.values import Properties, python_values

if TYPE_CHECKING:
    from local.cloud.account import Account as Clients
    from local.cloud.keys import Keys


class LivingAccount(Account):
    """Creates resources in the cloud; the in-memory account does the rest."""

    def __init__(self, cloud_url: str, root: Keys) -> None:
        super().__init__(root.access_key_id)
        self._clients: Clients = open_account(cloud_url, root, self.region)

    def create(self, urn: str, kind: str, inputs: Properties) -> tuple[str, Existing]:
        """Create a resource with the local stack, which refuses unknown types and inputs."""
        asked = {key: value for key, value in python_values(inputs).items() if key[:2] != "__"}
        try:
            created = make(self._clients, kind, urn.rsplit("::", 1)[-1], asked)
        except ResourceError as error:
            raise Refused(str(error)) from error
        made = Existing(urn=urn, inputs=inputs, outputs=dict(created.outputs))
        self.existing[kind, created.id] = made
        return created.id, made
