"""What a handler gives back, and how resources get their physical names."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.cloud.account import Account
from local.deployment.resources.inputs import Inputs
from local.errors import ResourceError


@dataclass(frozen=True)
class Created:
    """A resource that now exists: its id, and the outputs that are not inputs (camelCase)."""

    id: str
    outputs: Mapping[str, object]


Handler = Callable[[Account, str, Inputs], Created]


def physical_name(logical_name: str, inputs: Inputs, *, longest: int, key: str = "name") -> str:
    """Name a resource as Pulumi does: the given name, or the logical one and 7 random digits.

    Raises `ResourceError` when the name is longer than AWS allows.
    """
    name = inputs.optional_text(key) or auto_name(logical_name)
    if len(name) > longest:
        raise ResourceError(f"the name {name} has {len(name)} characters, AWS allows {longest}")
    return name


def auto_name(logical_name: str) -> str:
    """Append Pulumi's random suffix to a logical name."""
    return f"{logical_name}-{secrets.token_hex(4)[:7]}"


def present(**parameters: object) -> dict[str, Any]:
    """Leave out what is None, as boto3 wants it; botocore checks the shapes of the rest."""
    return {key: value for key, value in parameters.items() if value is not None}


def aws_tags(inputs: Inputs) -> list[dict[str, str]]:
    """Read the tags in the shape that most services take."""
    return [{"Key": key, "Value": value} for key, value in sorted(inputs.table("tags").items())]
