"""Access to the stage under examination: AWS, HTTP and the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from botocore.exceptions import BotoCoreError, ClientError

from signoff.doctor.findings import CannotCheck, Missing
from signoff.doctor.fixes import deploy, restore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from signoff.stage import Stage

SECONDS = (5, 15)
"""Connect and read timeouts."""
# Services whose IAM prefix differs from their signing name.
_IAM_NAMES = {"monitoring": "cloudwatch"}
_MISSING = ("NotFound", "NonExistent", "DoesNotExist")
_DENIED = ("AccessDenied", "AuthorizationError", "NotAuthorized", "UnauthorizedOperation")


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A deployed stage; `clock` is this machine's clock."""

    stage: Stage
    session: requests.Session
    clock: Callable[[], float]
    _clients: dict[str, Any] = field(default_factory=dict[str, Any], init=False, repr=False)
    """By service; creating a client is slow."""

    @property
    def operations(self) -> Mapping[str, Any]:
        """The stage's `operations` output. Raises `CannotCheck` if it is missing."""
        found = self.stage.outputs.get("operations")
        if not isinstance(found, dict):
            raise CannotCheck(
                "The stage has no `operations` output: it was deployed with an earlier version.",
                deploy(self.stage),
            )
        return cast("Mapping[str, Any]", found)

    def aws(self, service: str, operation: str, **arguments: Any) -> Any:
        """Call AWS by boto3's names; the first argument identifies the resource.

        Raises `Missing` or `CannotCheck`.
        """
        client = self._clients.get(service) or self.stage.client(service)
        self._clients[service] = client
        try:
            return getattr(client, operation)(**arguments)
        except ClientError as refused:
            if any(word in _code(refused) for word in _MISSING):
                name = next(iter(arguments.values()))
                raise Missing(f"{name} does not exist.", restore(self.stage)) from None
            raise _translated(client, refused) from None
        except BotoCoreError as error:
            raise CannotCheck(f"No response from AWS ({type(error).__name__}).", _RETRY) from None

    def variables(self, function: str) -> Mapping[str, str]:
        """The environment of a function, by folder name; empty if the stage has no such function.

        Raises the errors of `aws`.
        """
        name = self.operations["functions"].get(function)
        if name is None:
            return {}
        answer = self.aws("lambda", "get_function_configuration", FunctionName=name)
        return answer.get("Environment", {}).get("Variables", {})

    def secret(self, parameter: str) -> str:
        """A secret's value; never print it. Raises the errors of `aws`."""
        answer = self.aws("ssm", "get_parameter", Name=parameter, WithDecryption=True)
        return answer["Parameter"]["Value"]

    def http(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send a request without following redirects. Raises `CannotCheck` without a response."""
        host = urlsplit(url).hostname
        try:
            return self.session.request(
                method, url, timeout=SECONDS, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            # Without the error's own text: the URL may be a secret.
            raise CannotCheck(
                f"No response from {host} ({type(error).__name__}).",
                f"Check that this machine can reach {host}, then run doctor again.",
            ) from None


_RETRY = "Run doctor again."


def _code(refused: ClientError) -> str:
    return str(refused.response.get("Error", {}).get("Code", ""))


def _translated(client: Any, refused: ClientError) -> CannotCheck:
    code = _code(refused)
    if any(word in code for word in _DENIED):
        service = client.meta.service_model.signing_name
        action = f"{_IAM_NAMES.get(service, service)}:{refused.operation_name}"
        return CannotCheck(f"Permission denied: {action}.", f"Get permission for {action}.")
    return CannotCheck(f"AWS returned an error ({code}).", _RETRY)
