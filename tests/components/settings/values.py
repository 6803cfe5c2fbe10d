"""Looks up values in the nested settings."""

import dataclasses
from typing import Any, cast

NOT_HERE = object()


def value_of(held: object, key: str) -> object:
    """The value of a key; `NOT_HERE` if it is not declared there."""
    for field in dataclasses.fields(cast("Any", held)):
        value = getattr(held, field.name)
        declared = field.metadata.get("key")
        if declared and declared.name == key:
            return value
        if not declared and (found := value_of(value, key)) is not NOT_HERE:
            return found
    return NOT_HERE
