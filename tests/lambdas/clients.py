"""AWS clients that tests share: botocore takes longer to make one than to use it."""

import os
from functools import cache
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.session import Session

from local.cloud.keys import Keys


class SharedClients(boto3.Session):
    """Creates each client once; calls are signed with the current account."""

    def __init__(self, region: str) -> None:
        session: Any = Session()
        session.set_credentials("no account yet", "none")
        super().__init__(botocore_session=session, region_name=region)
        self._credentials = session.get_credentials()
        self._clients: dict[str, Any] = {}

    def use(self, keys: Keys) -> None:
        """Sign with these keys from now on."""
        self._credentials.access_key = keys.access_key_id
        self._credentials.secret_key = keys.secret_access_key

    def client(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, service_name: str, *, config: Config | None = None, **more: Any
    ) -> Any:
        """Return the client with the same options for the same endpoint."""
        options: Any = getattr(config, "_user_provided_options", None)
        endpoints = {name: it for name, it in os.environ.items() if name.startswith("AWS_ENDPOINT")}
        key = repr((service_name, options, endpoints, more))
        if key not in self._clients:
            made = cast("Any", super()).client(service_name, config=config, **more)
            self._clients[key] = made
        return self._clients[key]


@cache
def shared_clients(region: str) -> SharedClients:
    """The worker's clients."""
    return SharedClients(region)
