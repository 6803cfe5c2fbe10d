"""Configuration keys, each declared once, on the field of the value object that holds it.

`tests/components/settings/test_documents.py` generates `Pulumi.yaml` and the table in
docs/configuration.md from these declarations, and compares the package's arguments with them.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pulumi

from components.settings.rules import BrokenRuleError

T = TypeVar("T")


class SettingsError(pulumi.RunError):
    """A missing, unknown or invalid value, or a contradiction between values.

    The message has the key, the rule and the value.
    """


@dataclass(frozen=True, kw_only=True)
class Key:
    """The declaration of a configuration key."""

    name: str
    rule: Callable[[object], object]
    """Converts a raw value. Raises `BrokenRuleError`."""
    default: object
    """The raw value, as in `Pulumi.yaml`; None if the key is required."""
    about: str
    """One or two sentences in Markdown, for `Pulumi.yaml`, the docs and the package."""
    secret: bool

    @property
    def how_to_set(self) -> str:
        """The command to set the key, for the end of an error message."""
        secret = "--secret " if self.secret else ""
        return f"set it: pulumi config set {secret}signoff:{self.name} …"

    def parsed(self, raw: object) -> object:
        """Apply the rule; to a secret output, when its value is known.

        Raises `SettingsError`.
        """
        if self.secret and isinstance(raw, pulumi.Output):
            return pulumi.Output.secret(cast("pulumi.Output[object]", raw)).apply(self._known)
        try:
            return self.rule(raw)
        except BrokenRuleError as broken:
            raise SettingsError(f"{self.name} {broken}") from None

    def _known(self, raw: object) -> object:
        value = self.parsed(raw)
        if value is None:
            # Resources that depend on the secret have been registered.
            raise SettingsError(f"{self.name} must not be empty if it is an output")
        return value


def key(
    name: str,
    rule: Callable[[object], T],
    *,
    default: object = None,
    about: str,
    secret: bool = False,
) -> T:
    """Declare a key on a dataclass field; without a default it is required.

    As with `dataclasses.field`, the type is that of the field's values.
    """
    declared = Key(name=name, rule=rule, default=default, about=about, secret=secret)
    described: dict[str, Any] = {"metadata": {"key": declared}, "repr": not secret}
    if default is not None:
        described["default_factory"] = lambda: rule(default)
    return cast("T", dataclasses.field(**described))


def keys_of(model: type[Any]) -> Iterator[Key]:
    """All keys of a dataclass and its nested dataclasses, in order."""
    for field in dataclasses.fields(model):
        if declared := field.metadata.get("key"):
            yield declared
        elif dataclasses.is_dataclass(field.type):
            yield from keys_of(cast("type[Any]", field.type))


def from_values(values: Mapping[str, object], model: type[T]) -> T:
    """Build the dataclass from raw values by key, with defaults for missing ones.

    Raises `SettingsError` for a value that breaks its rule, and whatever the dataclasses raise.
    """
    given: dict[str, Any] = {}
    for field in dataclasses.fields(cast("Any", model)):
        declared: Key | None = field.metadata.get("key")
        if declared is None:
            given[field.name] = from_values(values, cast("type[Any]", field.type))
        elif declared.name in values:
            given[field.name] = declared.parsed(values[declared.name])
    return model(**given)
