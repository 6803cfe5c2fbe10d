"""Pulumi's test runtime as an engine that creates real resources."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from pulumi.runtime import Mocks, rpc
from pulumi.runtime.mocks import MockMonitor

from local.errors import ResourceError

if TYPE_CHECKING:
    from google.protobuf.empty_pb2 import Empty
    from pulumi.runtime import MockCallArgs, MockResourceArgs
    from pulumi.runtime.proto.resource_pb2 import (
        ReadResourceRequest,
        ReadResourceResponse,
        RegisterResourceOutputsRequest,
        RegisterResourceRequest,
        RegisterResourceResponse,
    )

    from local.deployment.resources import Created

STACK = "pulumi:pulumi:Stack"

# Creates a resource from its type, logical name and inputs.
Make = Callable[[str, str, Mapping[str, object]], "Created"]


class Resources(Mocks):
    """Creates the resources that the program registers."""

    def __init__(self, make: Make) -> None:
        self._make = make

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, object]]:
        """Create a resource; components need nothing."""
        if not args.custom:
            return "", {}
        inputs = cast("dict[str, object]", _plain(cast("object", args.inputs)))
        created = self._make(args.typ, args.name, inputs)
        return created.id, dict(created.outputs)

    def call(self, args: MockCallArgs) -> Any:
        """Reject all invokes; the program does not need them."""
        raise ResourceError(f"the local stack does not support the function {args.token}")


class DeployingMonitor(MockMonitor):
    """Rejects what the test runtime would accept, and keeps the stack's outputs."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources)
        self._urns: set[str] = set()
        self._lock = threading.Lock()
        self._outputs: dict[str, object] = {}

    def RegisterResource(  # noqa: N802
        self, request: RegisterResourceRequest
    ) -> RegisterResourceResponse:
        """Register a resource; reject imports, remote components and duplicate names."""
        if request.importId or request.remote:
            raise ResourceError(f"{request.type} {request.name}: imports are not supported locally")
        if request.type != STACK:
            self._claim(self.make_urn(request.parent, request.type, request.name))
        return super().RegisterResource(request)

    def ReadResource(  # noqa: N802
        self, request: ReadResourceRequest
    ) -> ReadResourceResponse:
        """Reject lookups of existing resources."""
        raise ResourceError(f"{request.type} {request.name}: lookups are not supported locally")

    def RegisterResourceOutputs(  # noqa: N802
        self, request: RegisterResourceOutputsRequest
    ) -> Empty:
        """Keep the stack's outputs."""
        if request.urn.split("::")[-2] == STACK:
            self._outputs = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)

    def stack_outputs(self) -> dict[str, object]:
        """Return the stack's outputs; raises `ResourceError` for a secret."""
        for name, value in self._outputs.items():
            if _plain(value) != value:
                raise ResourceError(f"the stack output {name} is a secret")
        # The program's numbers arrive as floats; Pulumi prints whole ones without a fraction.
        return json.loads(json.dumps(self._outputs), parse_float=_number)

    def _claim(self, urn: str) -> None:
        with self._lock:
            if urn in self._urns:
                raise ResourceError(f"two resources have the same name: {urn}")
            self._urns.add(urn)


def _plain(value: object) -> object:
    """Unwrap secrets recursively."""
    if rpc.is_rpc_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _plain(item) for key, item in entries.items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    return value


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number
