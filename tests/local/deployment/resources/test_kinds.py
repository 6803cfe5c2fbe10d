"""The table of resources matches AWS's own description of its operations."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from local.cloud.account import Account
from local.deployment.kinds import KINDS
from local.deployment.resources.parameters import PAIRS

if TYPE_CHECKING:
    from local.deployment.kind import Call, Kind

CALLS = {
    f"{token.rsplit(':', 1)[-1]} {call.method}": (kind, call)
    for token, kind in KINDS.items()
    for call in (kind.call, *kind.more)
}


@pytest.mark.parametrize(("kind", "call"), CALLS.values(), ids=CALLS)
def test_every_name_maps_to_a_parameter(account: Account, kind: Kind, call: Call) -> None:
    client: Any = getattr(account, kind.client)
    model: Any = client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[call.method]
    )
    for path in call.names:
        shape = model.input_shape
        words = path.split(".")
        for depth in range(len(words)):
            name = call.names.get(".".join(words[: depth + 1]), words[depth])
            for part in name.split("."):
                shape = _inside(shape, part)
    for name in call.constants:
        assert name in model.input_shape.members
    if call is kind.call and kind.from_response:
        assert {*kind.from_response.values()} <= {*model.output_shape.members}


def test_every_client_belongs_to_the_account() -> None:
    assert {kind.client for kind in KINDS.values()} <= {field.name for field in fields(Account)}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_named_resource_has_a_length_limit(kind: Kind) -> None:
    assert bool(kind.naming) == bool(kind.longest)


def _inside(shape: Shape, part: str) -> Shape:
    """Return the shape of a part; case matters only for renamed parts."""
    if isinstance(shape, ListShape):
        member: Any = shape.member
        if any(set(member.members) == set(pair) for pair in PAIRS):
            return member.members[PAIRS[-1][1]]
        return _inside(member, part)
    if isinstance(shape, MapShape):
        known = getattr(shape.key, "enum", [])
        assert not known or part in known
        return shape.value
    assert isinstance(shape, StructureShape)
    members = {name.lower(): name for name in shape.members}
    return shape.members[members[part.lower()]]
