"""Convert typed values to JSON values and back, guided by their types.

datetime ⇄ ISO 8601 · timedelta ⇄ seconds · tuple ⇄ list · dataclass ⇄ object
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import EnumType
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from lambdas.domain.runtime import times

_YEARS = range(1000, 9999)
"""Years that sort as text, and to which days can be added."""
_LARGEST_NUMBER = 10**18


def plain(value: Any) -> Any:
    """Convert a value to what `json` can write. Mappings must already hold such values."""
    match value:
        case datetime():
            return times.to_text(value)
        case timedelta():
            return int(value.total_seconds())
        case tuple():
            return [plain(it) for it in cast("tuple[Any, ...]", value)]
        case _ if is_dataclass(value):
            return {it.name: plain(getattr(value, it.name)) for it in fields(value)}
        case _:
            return value


def typed(kind: Any, value: Any) -> Any:
    """Convert back from `plain`, given the type. Unknown names of an object are ignored.

    Raises `ValueError`, `TypeError` or `OverflowError` for a value that is not of this type.
    """
    origin, inside = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        return _one_of(inside, value)
    if origin is tuple:
        return tuple(typed(inside[0], it) for it in _instance(list, value))
    if origin is Mapping:
        return {name: typed(inside[1], it) for name, it in _instance(dict, value).items()}
    if origin is datetime:
        return _moment(value)
    if origin is timedelta:
        return timedelta(seconds=_number(int, value))
    if origin in (int, float):
        return _number(origin, value)
    shape = cast("type[Any]", origin)
    if is_dataclass(shape):
        given, known = _instance(dict, value), kinds(shape).items()
        return shape(**{name: typed(it, given[name]) for name, it in known if name in given})
    if isinstance(origin, EnumType):
        return shape(value)
    if origin is str:
        _instance(str, value).encode()  # lone surrogates can be neither stored nor sent
    return value if origin is Any else _instance(origin, value)


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    for kind in kinds:
        with suppress(ValueError, TypeError, OverflowError):
            return typed(kind, value)
    raise TypeError


def _instance(kind: type[Any], value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


def _number(kind: type[Any], value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, kind)):
        raise TypeError
    if not abs(value) <= _LARGEST_NUMBER:
        raise ValueError
    return value


def _moment(value: Any) -> datetime:
    moment = times.from_text(_instance(str, value))
    if moment.year not in _YEARS:
        raise ValueError
    return moment


@cache
def kinds(shape: type[Any]) -> dict[str, Any]:
    """The types of a dataclass's fields, by name."""
    return get_type_hints(shape)


def without_none(kind: Any) -> Any:
    """`X` for `X | None`; any other type unchanged."""
    others = [it for it in get_args(kind) if it is not NoneType]
    return others[0] if len(others) == 1 and NoneType in get_args(kind) else kind
