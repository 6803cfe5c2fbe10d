"""A resource's inputs laid out as the parameters of an operation, by botocore's model of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.model import ListShape, MapShape, Shape, StructureShape

from local.deployment.resources.archives import zip_of
from local.errors import ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What AWS lists as pairs is a map to Pulumi: tags, dimensions, and the keys of a table.
PAIRS = (("Key", "Value"), ("key", "value"), ("Name", "Value"), ("KeyType", "AttributeName"))


def parameters(
    shape: StructureShape, inputs: Mapping[str, object], names: Mapping[str, str]
) -> dict[str, object]:
    """Lay inputs out, which `names` maps to parameters where they differ by more than case.

    Raises `ResourceError` for an input that has no parameter, with its path. What botocore
    validates by itself stays as it is: whatever is missing, and types that do not fit.
    """
    return _structure(shape, _named(inputs, names, ""), "")


def _named(value: object, names: Mapping[str, str], path: str) -> Any:
    """Put everything where its parameter is, blocks and all."""
    if isinstance(value, list):
        return [_named(item, names, path) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    named: dict[str, Any] = {}
    for key, item in cast("dict[str, object]", value).items():
        here = f"{path}.{key}" if path else key
        *blocks, name = names[here].split(".") if here in names else [key]
        place = named
        for block in blocks:
            place = place.setdefault(block, {})
        place[name] = _named(item, names, here)
    return named


def _fitted(shape: Shape, value: Any, path: str) -> object:
    match shape:
        case StructureShape() if isinstance(value, dict):
            return _structure(shape, cast("dict[str, Any]", value), path)
        case ListShape() if isinstance(value, list | dict):
            items = _items(shape.member, value)
            return [_fitted(shape.member, item, f"{path}[{i}]") for i, item in enumerate(items)]
        case MapShape() if isinstance(value, dict):
            entries = cast("dict[str, Any]", value).items()
            return {key: _fitted(shape.value, item, f"{path}.{key}") for key, item in entries}
        case _:
            return _scalar(shape.type_name, value)


def _structure(shape: StructureShape, block: dict[str, Any], path: str) -> dict[str, object]:
    members = {name.lower(): name for name in shape.members}
    fitted: dict[str, object] = {}
    for key, value in block.items():
        here = f"{path}.{key}" if path else key
        if (name := members.get(key.lower())) is None:
            raise ResourceError(f"the local stack does not know the input {here}")
        fitted[name] = _fitted(shape.members[name], value, here)
    return fitted


def _items(member: Shape, value: Any) -> list[Any]:
    """Give a list; Pulumi has a block for a list of at most one, and a map for one of pairs."""
    if not isinstance(value, dict):
        return value
    entries = cast("dict[str, Any]", value)
    for key, item in PAIRS:
        if isinstance(member, StructureShape) and set(member.members) == {key, item}:
            return [{key: name, item: entries[name]} for name in sorted(entries)]
    return [entries]


def _scalar(type_name: str, value: Any) -> object:
    """Give a value its type: Pulumi's numbers are floats, and AWS's attributes are all text."""
    match type_name:
        case "blob":
            return zip_of(value)
        case "string" if isinstance(value, bool):
            return str(value).lower()
        case "string" if isinstance(value, float):
            return str(int(value) if value.is_integer() else value)
        case "integer" | "long" if isinstance(value, float) and value.is_integer():
            return int(value)
        case "float" | "double" if isinstance(value, str):
            return float(value)
        case _:
            return value
