"""Property values of the engine's protocol: JSON with marked secrets, unknowns and archives.

https://github.com/pulumi/pulumi/blob/master/sdk/proto/provider.proto
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc

if TYPE_CHECKING:
    from collections.abc import Mapping

Properties = dict[str, object]

UNKNOWN = rpc.UNKNOWN
# Marks of non-JSON values: https://github.com/pulumi/pulumi/tree/master/sdk/go/common/resource/sig
_KIND = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_CONTENTS = ("c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7")


def read(struct: Struct) -> Properties:
    """Read properties from a request, including marks."""
    return json_format.MessageToDict(struct)


def written(properties: Mapping[str, object]) -> Struct:
    """Write properties into a response."""
    return json_format.ParseDict(dict(properties), Struct())


def is_unknown(value: object) -> bool:
    """Whether any part of the value is not computed yet."""
    match value:
        case dict():
            return any(map(is_unknown, cast("Properties", value).values()))
        case list():
            return any(map(is_unknown, cast("list[object]", value)))
        case _:
            return value == UNKNOWN


def plain(value: object) -> object:
    """Unwrap secrets at any depth, and reduce files to their identity."""
    match value:
        case dict():
            entries = cast("Properties", value)
            if entries.get(_KIND) == _SECRET:
                return plain(entries["value"])
            if entries.get(_KIND) in _CONTENTS:
                return {"hash": entries.get("hash")}
            return {key: plain(item) for key, item in entries.items()}
        case list():
            return [plain(item) for item in cast("list[object]", value)]
        case _:
            return value


def differ(before: object, after: object) -> bool:
    """Whether the values may differ; unknown values always may."""
    return is_unknown(after) or plain(before) != plain(after)


def python_values(properties: Mapping[str, object]) -> dict[str, object]:
    """Return properties as in the Python SDK: archives as objects, secrets unwrapped."""
    return cast("dict[str, object]", _unwrapped(rpc.deserialize_properties(written(properties))))


def _unwrapped(value: object) -> object:
    if rpc.is_rpc_secret(value):
        return _unwrapped(rpc.unwrap_rpc_secret(value))
    match value:
        case dict():
            entries = cast("Properties", value)
            return {key: _unwrapped(item) for key, item in entries.items()}
        case list():
            return [_unwrapped(item) for item in cast("list[object]", value)]
        case _:
            return value
