"""Conversion of a resource's inputs to the parameters of an AWS operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.model import ListShape, MapShape, Shape, StructureShape

from local.deployment.resources.archives import zip_of
from local.errors import ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Lists of pairs in AWS are maps in Pulumi: tags, dimensions, table keys.
PAIRS = (("Key", "Value"), ("key", "value"), ("Name", "Value"), ("KeyType", "AttributeName"))


def parameters(
    shape: StructureShape, inputs: Mapping[str, object], names: Mapping[str, str]
) -> dict[str, object]:
    """Convert inputs by botocore's model; `names` maps those that differ in more than case.

    Raises `ResourceError` for an input without a parameter. Botocore itself validates types and
    required parameters.
    """
    return _structure(shape, _named(inputs, names, ""), "")


def _named(value: object, names: Mapping[str, str], path: str) -> Any:
    """Move inputs to the paths of their parameters."""
    if isinstance(value, list):
        return [_named(item, names, path) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    named: dict[str, Any] = {}
    for key, item in cast("dict[str, object]", value).items():
        input_path = f"{path}.{key}" if path else key
        *blocks, name = names[input_path].split(".") if input_path in names else [key]
        place = named
        for block in blocks:
            place = place.setdefault(block, {})
        place[name] = _named(item, names, input_path)
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
        input_path = f"{path}.{key}" if path else key
        if (name := members.get(key.lower())) is None:
            raise ResourceError(f"the local stack does not support the input {input_path}")
        fitted[name] = _fitted(shape.members[name], value, input_path)
    return fitted


def _items(member: Shape, value: Any) -> list[Any]:
    """Convert a block or map to a list."""
    if not isinstance(value, dict):
        return value
    entries = cast("dict[str, Any]", value)
    for key, item in PAIRS:
        if isinstance(member, StructureShape) and set(member.members) == {key, item}:
            return [{key: name, item: entries[name]} for name in sorted(entries)]
    return [entries]


def _scalar(type_name: str, value: Any) -> object:
    """Convert a scalar: Pulumi's numbers are floats, AWS's attributes are strings."""
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
