"""The inputs of one resource, which notices every input that nobody read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from local.errors import ResourceError

T = TypeVar("T")


class Inputs:
    """Typed access to a resource's inputs, as Pulumi sends them (camelCase, plain JSON values).

    Whatever a handler leaves unread is refused by `refuse_unread`, so nothing that the program
    asks for is silently dropped. Raises `ResourceError` for a missing or wrongly typed input.
    """

    def __init__(self, owner: str, values: Mapping[str, object], path: str = "") -> None:
        self._owner = owner
        self._values = values
        self._path = path
        self._read: set[str] = set()
        self._nested: list[Inputs] = []

    def value(self, key: str) -> object:
        """Give the raw value, None when it is absent."""
        self._read.add(key)
        return self._values.get(key)

    def without_effect(self, *keys: str) -> None:
        """Accept inputs that mean nothing on the laptop; the caller says why."""
        self._read.update(keys)

    def optional_text(self, key: str) -> str | None:
        """Give a string, None when it is absent."""
        return self._checked(key, self.value(key), str)

    def text(self, key: str) -> str:
        """Give a string that must be there."""
        return self._required(key, self.optional_text(key))

    def optional_flag(self, key: str) -> bool | None:
        """Give a boolean, None when it is absent."""
        return self._checked(key, self.value(key), bool)

    def flag(self, key: str) -> bool:
        """Give a boolean that must be there."""
        return self._required(key, self.optional_flag(key))

    def optional_number(self, key: str) -> float | None:
        """Give a number, None when it is absent."""
        value = self.value(key)
        if isinstance(value, bool):
            raise self._wrong(key, "a number", value)
        if isinstance(value, int):
            return float(value)
        return self._checked(key, value, float)

    def optional_whole(self, key: str) -> int | None:
        """Give a whole number, None when it is absent."""
        number = self.optional_number(key)
        if number is not None and not number.is_integer():
            raise self._wrong(key, "a whole number", number)
        return None if number is None else int(number)

    def whole(self, key: str) -> int:
        """Give a whole number that must be there."""
        return self._required(key, self.optional_whole(key))

    def texts(self, key: str) -> list[str]:
        """Give a list of strings, empty when it is absent."""
        items = self._list(key)
        return [self._required(key, self._checked(key, item, str)) for item in items]

    def table(self, key: str) -> dict[str, str]:
        """Give a map of strings, empty when it is absent: tags, variables, dimensions."""
        entries = self._mapping(key, self.value(key) or {})
        return {k: self._required(key, self._checked(key, v, str)) for k, v in entries.items()}

    def optional_block(self, key: str) -> Inputs | None:
        """Give a nested object, None when it is absent."""
        value = self.value(key)
        return None if value is None else self._nest(key, value)

    def block(self, key: str) -> Inputs:
        """Give a nested object that must be there."""
        return self._required(key, self.optional_block(key))

    def blocks(self, key: str) -> list[Inputs]:
        """Give a list of nested objects, empty when it is absent."""
        return [self._nest(f"{key}[{i}]", item) for i, item in enumerate(self._list(key))]

    def unread(self) -> list[str]:
        """List the paths of the inputs that nobody has read, nested ones included."""
        here = [self._path + key for key in self._values if key not in self._read]
        return here + [path for nested in self._nested for path in nested.unread()]

    def refuse_unread(self) -> None:
        """Raise `ResourceError` naming the resource and the inputs that nobody has read."""
        if paths := self.unread():
            raise ResourceError(
                f"{self._owner}: the laptop does not know the input {', '.join(sorted(paths))}"
            )

    def _nest(self, key: str, value: object) -> Inputs:
        nested = Inputs(self._owner, self._mapping(key, value), f"{self._path}{key}.")
        self._nested.append(nested)
        return nested

    def _mapping(self, key: str, value: object) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            raise self._wrong(key, "an object", value)
        return cast("Mapping[str, object]", value)

    def _list(self, key: str) -> Sequence[object]:
        value = self.value(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._wrong(key, "a list", value)
        return cast("list[object]", value)

    def _checked(self, key: str, value: object, kind: type[T]) -> T | None:
        if value is None or isinstance(value, kind):
            return value
        raise self._wrong(key, f"a {kind.__name__}", value)

    def _required(self, key: str, value: T | None) -> T:
        if value is None:
            raise ResourceError(f"{self._owner}: the input {self._path}{key} is missing")
        return value

    def _wrong(self, key: str, wanted: str, value: object) -> ResourceError:
        got = type(value).__name__
        return ResourceError(
            f"{self._owner}: the input {self._path}{key} must be {wanted}, got {got}"
        )
