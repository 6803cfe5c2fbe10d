"""`docs/openapi.yaml`, as tests read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import schemathesis
import yaml

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
DESCRIPTION: Mapping[str, Any] = yaml.safe_load(FILE.read_text())
SCHEMAS: Mapping[str, Any] = DESCRIPTION["components"]["schemas"]
API: Any = schemathesis.openapi.from_dict(dict(DESCRIPTION))
METHODS = ("get", "post")


def operations() -> dict[str, Mapping[str, Any]]:
    """Every operation by its route: `GET /approve`."""
    return {
        f"{method.upper()} {path}": item[method]
        for path, item in DESCRIPTION["paths"].items()
        for method in METHODS
        if method in item
    }


def signed_by(scheme: str) -> set[str]:
    """The routes whose requests are signed so."""
    return {
        route
        for route, operation in operations().items()
        if {scheme: []} in operation.get("security", [])
    }


def fields_of(name: str) -> set[str]:
    """The names that a schema knows, with those of what it is made of."""
    return set(_fields(SCHEMAS[name]))


def examples() -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Every example that stands beside its schema."""
    yield from _examples(DESCRIPTION)


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("properties", {})
    for part in schema.get("allOf", []):
        yield from _fields(_looked_up(part))


def _examples(node: Any) -> Iterator[tuple[Mapping[str, Any], Any]]:
    if isinstance(node, list):
        for part in node:
            yield from _examples(part)
    if isinstance(node, dict):
        if "schema" in node:
            given = [it["value"] for it in node.get("examples", {}).values()]
            for example in [*given, *([node["example"]] if "example" in node else [])]:
                yield node["schema"], example
        for part in node.values():
            yield from _examples(part)


def _looked_up(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    place = schema.get("$ref", "").rsplit("/", 1)[-1]
    return SCHEMAS[place] if place else schema
