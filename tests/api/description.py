"""Access to the content of `docs/openapi.yaml` for tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
DESCRIPTION: Mapping[str, Any] = yaml.safe_load(FILE.read_text())
SCHEMAS: Mapping[str, Any] = DESCRIPTION["components"]["schemas"]
METHODS = ("get", "post")


def operations() -> dict[str, Mapping[str, Any]]:
    """Operations by route: `GET /approve`."""
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in DESCRIPTION["paths"].items()
        for method in METHODS
        if method in item
    }


def signed_by(scheme: str) -> set[str]:
    """Routes that require this signature."""
    return {
        route
        for route, operation in operations().items()
        if {scheme: []} in operation.get("security", [])
    }


def fields_of(name: str) -> set[str]:
    """Property names of a schema, including those of its parts."""
    return set(_fields(SCHEMAS[name]))


def examples() -> Iterator[tuple[Mapping[str, Any], Any]]:
    """All examples, each with its schema."""
    yield from _examples(DESCRIPTION)


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("properties", {})
    for part in schema.get("allOf", []):
        yield from _fields(_looked_up(part))


def _examples(node: Any) -> Iterator[tuple[Mapping[str, Any], Any]]:
    parts = cast("list[Any]", node) if isinstance(node, list) else []
    if isinstance(node, dict):
        inside: dict[str, Any] = cast("dict[str, Any]", node)
        given: dict[str, Any] = inside.get("examples", {})
        values = [it["value"] for it in given.values()]
        values += [inside["example"]] if "example" in inside else []
        yield from ((inside["schema"], value) for value in values if "schema" in inside)
        parts = list(inside.values())
    for part in parts:
        yield from _examples(part)


def _looked_up(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    place = schema.get("$ref", "").rsplit("/", 1)[-1]
    return SCHEMAS[place] if place else schema
