"""A function's settings, read once from its environment into a typed object."""

import os
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

Model = TypeVar("Model")


class MissingSetting(RuntimeError):
    """A required environment variable is not set."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the environment variable {name} is not set")


def read_settings(model: type[Model], environ: Mapping[str, str] = os.environ) -> Model:
    """Create the dataclass `model` from the variables named like its fields, in upper case.

    Fields are `str` or `int`. Raises `MissingSetting` with the variable's name.
    """
    values: dict[str, Any] = {}
    for field in fields(model):  # type: ignore[arg-type]
        name = field.name.upper()
        if name not in environ:
            raise MissingSetting(name)
        values[field.name] = int(environ[name]) if field.type is int else environ[name]
    return model(**values)
