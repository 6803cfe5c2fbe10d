"""Composable schema checks, each of a value and its JSON pointer."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from local.slack.errors import Invalid

Check = Callable[[Any, str], None]


def string(at_most: int, *, at_least: int = 0) -> Check:
    """Check for a string of a certain length."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, str) or not at_least <= len(value) <= at_most:
            raise Invalid(pointer, f"must be a string of {at_least} to {at_most} characters")

    return check


def integer(low: int, high: int) -> Check:
    """Check for an integer within bounds."""

    def check(value: Any, pointer: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Invalid(pointer, f"must be an integer from {low} to {high}")

    return check


def number(low: float, high: float) -> Check:
    """Check for a number within bounds."""

    def check(value: Any, pointer: str) -> None:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise Invalid(pointer, f"must be a number from {low} to {high}")

    return check


def boolean(value: Any, pointer: str) -> None:
    """Check for a boolean."""
    if not isinstance(value, bool):
        raise Invalid(pointer, "must be true or false")


def one_of(*choices: str) -> Check:
    """Check for one of these strings."""

    def check(value: Any, pointer: str) -> None:
        if value not in choices:
            raise Invalid(pointer, f"must be one of {', '.join(choices)}")

    return check


def link(at_most: int) -> Check:
    """Check for an absolute http or https URL."""

    def check(value: Any, pointer: str) -> None:
        string(at_most, at_least=1)(value, pointer)
        if not is_web_link(value):
            raise Invalid(pointer, "must be an http or https URL")

    return check


def is_web_link(value: str) -> bool:
    """Whether this is a valid http or https URL."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    spaced = any(character.isspace() or character < " " for character in value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not spaced


def items(check_item: Check, at_most: int) -> Check:
    """Check for a list with at least one item."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, list) or not 1 <= len(value) <= at_most:  # pyright: ignore[reportUnknownArgumentType]
            raise Invalid(pointer, f"must be a list of 1 to {at_most} items")
        for index, item in enumerate(value):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            check_item(item, f"{pointer}/{index}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """Check for an object with these fields only."""
    fields = {**required, **optional}

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            raise Invalid(pointer, "must be an object")
        for name in required:
            if name not in value:
                raise Invalid(pointer, f"must have {name}")
        for name, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            if name not in fields:
                raise Invalid(pointer, "has an additional property")
            fields[name](item, f"{pointer}/{name}")

    return check


def tagged(variants: Mapping[str, Check]) -> Check:
    """Check for an object of the variant that `type` names; variants omit `type`."""

    def check(value: Any, pointer: str) -> None:
        kind: Any = value.get("type") if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if not isinstance(kind, str) or kind not in variants:
            raise Invalid(pointer, f"must have a type of {', '.join(variants)}")
        variants[kind]({name: value[name] for name in value if name != "type"}, pointer)  # pyright: ignore[reportUnknownVariableType]

    return check
