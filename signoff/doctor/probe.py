"""The stage that is looked at, and the ways to ask about it: AWS, HTTP and the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from botocore.exceptions import BotoCoreError, ClientError

from signoff.doctor.findings import CannotCheck, Gone
from signoff.doctor.remedies import deploy, repair

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from signoff.stage import Stage

SECONDS = (5, 15)
"""How long to wait for a connection, and then for an answer."""
# What IAM calls a service that signs by another name.
_IAM_NAMES = {"monitoring": "cloudwatch"}
_GONE = ("NotFound", "NonExistent", "DoesNotExist")
_DENIED = ("AccessDenied", "AuthorizationError", "NotAuthorized", "UnauthorizedOperation")


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A deployed stage; `clock` is this machine's."""

    stage: Stage
    session: requests.Session
    clock: Callable[[], float]
    _clients: dict[str, Any] = field(default_factory=dict[str, Any], init=False, repr=False)
    """By service: one takes as long to make as several questions."""

    @property
    def operations(self) -> Mapping[str, Any]:
        """The names of what to look at. Raises `CannotCheck` for a stage of earlier days."""
        found = self.stage.outputs.get("operations")
        if not isinstance(found, dict):
            raise CannotCheck(
                "The stage does not say what it consists of: an earlier version deployed it.",
                deploy(self.stage),
            )
        return cast("Mapping[str, Any]", found)

    def aws(self, service: str, operation: str, **arguments: Any) -> Any:
        """Ask AWS, by boto3's names; the first argument names what is asked about.

        Raises `Gone`, or `CannotCheck` with what is in the way.
        """
        client = self._clients.get(service) or self.stage.client(service)
        self._clients[service] = client
        try:
            return getattr(client, operation)(**arguments)
        except ClientError as refused:
            if any(word in _code(refused) for word in _GONE):
                name = next(iter(arguments.values()))
                raise Gone(f"{name} is gone.", repair(self.stage)) from None
            raise _meaning(client, refused) from None
        except BotoCoreError as error:
            raise CannotCheck(f"AWS gave no answer ({type(error).__name__}).", _AGAIN) from None

    def variables(self, function: str) -> Mapping[str, str]:
        """The environment of the function in this folder; empty where the stage has none such.

        Raises as `aws` does.
        """
        name = self.operations["functions"].get(function)
        if name is None:
            return {}
        answer = self.aws("lambda", "get_function_configuration", FunctionName=name)
        return answer.get("Environment", {}).get("Variables", {})

    def secret(self, parameter: str) -> str:
        """A secret's value, to be used and never shown. Raises as `aws` does."""
        answer = self.aws("ssm", "get_parameter", Name=parameter, WithDecryption=True)
        return answer["Parameter"]["Value"]

    def http(self, method: str, url: str, **options: Any) -> requests.Response:
        """Ask by HTTP; a redirect is an answer. Raises `CannotCheck` where no answer comes."""
        host = urlsplit(url).hostname
        try:
            return self.session.request(
                method, url, timeout=SECONDS, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            # Not the error's own text: the address may be a secret.
            raise CannotCheck(
                f"No answer from {host} ({type(error).__name__}).",
                f"See whether this machine reaches {host}, then run doctor again.",
            ) from None


_AGAIN = "Run doctor again."


def _code(refused: ClientError) -> str:
    return str(refused.response.get("Error", {}).get("Code", ""))


def _meaning(client: Any, refused: ClientError) -> CannotCheck:
    code = _code(refused)
    if any(word in code for word in _DENIED):
        service = client.meta.service_model.signing_name
        action = f"{_IAM_NAMES.get(service, service)}:{refused.operation_name}"
        return CannotCheck(f"You may not look: {action} is not allowed.", f"Have {action} allowed.")
    return CannotCheck(f"AWS does not answer ({code}).", _AGAIN)
