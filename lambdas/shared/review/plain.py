"""Convert typed values to JSON values and back, guided by their types.

datetime ⇄ ISO 8601 · timedelta ⇄ seconds · tuple, frozenset ⇄ list · dataclass ⇄ object
"""

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import EnumType
from functools import cache
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints

from lambdas.shared.runtime import times


def plain(value: Any) -> Any:
    """Convert a value to what `json` can write. Mappings hold such values already."""
    match value:
        case datetime():
            return times.to_text(value)
        case timedelta():
            return int(value.total_seconds())
        case frozenset():
            return sorted(cast("frozenset[str]", value))
        case tuple():
            return [plain(it) for it in cast("tuple[Any, ...]", value)]
        case _ if is_dataclass(value):
            return {it.name: plain(getattr(value, it.name)) for it in fields(value)}
        case _:
            return value


def typed(kind: Any, value: Any) -> Any:
    """Undo `plain` for a value of this type. An object's unknown names are ignored."""
    kind = without_none(kind)
    if value is None:
        return None
    made_of = get_origin(kind) or kind
    if made_of is tuple:
        return tuple(typed(get_args(kind)[0], it) for it in value)
    if made_of is frozenset:
        return frozenset(value)
    if made_of is datetime:
        return times.from_text(value)
    if made_of is timedelta:
        return timedelta(seconds=value)
    shape = cast("type[Any]", made_of)
    if is_dataclass(shape):
        known = kinds(shape).items()
        return shape(**{name: typed(it, value[name]) for name, it in known if name in value})
    return shape(value) if isinstance(made_of, EnumType) else value


@cache
def kinds(shape: type[Any]) -> dict[str, Any]:
    """The types of a dataclass's fields, by their names."""
    return get_type_hints(shape)


def without_none(kind: Any) -> Any:
    """`X` for `X | None`; any other type as it is."""
    others = [it for it in get_args(kind) if it is not NoneType]
    return others[0] if len(others) == 1 and NoneType in get_args(kind) else kind
