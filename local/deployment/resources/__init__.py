"""Creates a program's resources in the embedded cloud, as described by `KINDS`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import differences
from local.deployment.kinds import KINDS
from local.deployment.resources.parameters import parameters
from local.errors import ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cloud.account import Account
    from local.deployment.kind import Call, Kind


@dataclass(frozen=True)
class Created:
    """A created resource: its id and the outputs that are not inputs (camelCase)."""

    id: str
    outputs: Mapping[str, object]


def make(account: Account, token: str, name: str, values: Mapping[str, object]) -> Created:
    """Create a resource.

    Raises `ResourceError` for an unknown type or input, and for errors of AWS.
    """
    owner = f"{token} {name}"
    if (kind := KINDS.get(token)) is None:
        raise ResourceError(f"{owner}: the local stack does not support this resource type")
    try:
        return _make(account, kind, name, values)
    except (BotoCoreError, ClientError, ResourceError) as error:
        raise ResourceError(f"{owner}: {error}") from error


def _make(account: Account, kind: Kind, name: str, values: Mapping[str, object]) -> Created:
    physical = kind.physical_name(name, values, secrets.token_hex(4)[:7])
    if kind.naming and len(physical) > kind.longest:
        raise ResourceError(
            f"the name {physical} has {len(physical)} characters, the maximum is {kind.longest}"
        )
    client = getattr(account, kind.client)
    answer, *_ = [_send(client, call, inputs) for call, inputs in kind.calls(values, physical)]
    known = {output: answer[member] for output, member in kind.from_response.items()}
    id_, outputs = kind.identity(
        values,
        physical,
        region=account.region,
        account=account.number,
        serial=known.pop("serial", ""),
    )
    if "apiEndpoint" in outputs:
        outputs["apiEndpoint"] = differences.api_endpoint(account.cloud_url, id_)
    return Created(known.pop("id", id_), {**outputs, **known})


def _send(client: Any, call: Call, inputs: Mapping[str, object]) -> dict[str, Any]:
    operation = client.meta.method_to_api_mapping[call.method]
    shape = client.meta.service_model.operation_model(operation).input_shape
    if "region" in call.names:  # every resource has this input, by default the provider's region
        inputs = {"region": client.meta.region_name, **inputs}
    sent = parameters(shape, inputs, call.names)
    answer = getattr(client, call.method)(**sent, **call.constants)
    if failed := answer.get("FailedEntries"):
        raise ResourceError(f"AWS rejected {failed}")
    return answer
